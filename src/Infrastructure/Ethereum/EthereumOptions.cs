namespace Rollups.Ethereum;

/// <summary>Section <c>Ethereum</c>: the L1.</summary>
public sealed class EthereumOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Ethereum";

    /// <summary>
    /// JSON-RPC endpoint, http or https. It may carry a key, so it is never logged whole. User and password in it are sent as the header
    /// Authorization.
    /// </summary>
    public string HttpEndpoint { get; set; } = "";

    /// <summary>
    /// WebSocket endpoint for newHeads, ws or wss, with user and password as above; empty: heads are found by polling alone.
    /// </summary>
    public string WebSocketEndpoint { get; set; } = "";

    /// <summary>EIP-155 id of the chain that the endpoint must serve.</summary>
    public ulong ChainId { get; set; }

    /// <summary>Which blocks count: finalized, safe, latest or pending.</summary>
    /// <value>The default is finalized: nothing that was read can be reorganised.</value>
    public string DefaultBlock { get; set; } = "finalized";

    /// <summary>Whether a <see cref="DefaultBlock"/> looser than the one that the database was read by may replace it.</summary>
    /// <value>The default is false: the database's tag stays in force, with a warning.</value>
    public bool AllowLooserBlock { get; set; }

    /// <summary>Most blocks in one eth_getLogs; 0 = no limit but what the endpoint is found to take.</summary>
    public ulong MaxBlockRange { get; set; }

    /// <summary>
    /// A range that fails, although its first and its last block alone have answers, is halved, but not below this number of blocks.
    /// </summary>
    /// <value>The default is 1 block.</value>
    public int MinBlockRange { get; set; } = 1;

    /// <summary>How often the head is asked for where no WebSocket says it.</summary>
    /// <value>The default is 12 seconds.</value>
    public TimeSpan PollingInterval { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>A WebSocket that brings no head for this long is connected again.</summary>
    /// <value>The default is 60 seconds.</value>
    public TimeSpan HeadTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time for one HTTP request.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Further attempts of a request that failed for a passing reason.</summary>
    /// <value>The default is 4.</value>
    public int MaxRetries { get; set; } = 4;

    /// <summary>Wait before the first further attempt; doubles with each.</summary>
    /// <value>The default is 500 milliseconds.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Most calls in one batch request. An endpoint that is found to take fewer is sent fewer.</summary>
    /// <value>The default is 100.</value>
    public int MaxBatchSize { get; set; } = 100;

    /// <summary>A larger answer, decompressed, is given up; logs are then asked for in smaller ranges.</summary>
    /// <value>The default is 256 MB, about twice what a thousand of the largest inputs take.</value>
    public int MaxAnswerMegabytes { get; set; } = 256;

    /// <summary>Send transactions of type 0 instead of EIP-1559.</summary>
    public bool LegacyTransactions { get; set; }

    // What is configured; ask ChainPolicy for what is in force.
    internal BlockTag Tag => BlockTag.ParseName(DefaultBlock);

    internal IEnumerable<string> Problems()
    {
        if (!IsUri(HttpEndpoint, "http", "https"))
            yield return HttpEndpoint.Length == 0
                ? "Ethereum:HttpEndpoint is not set: give the JSON-RPC endpoint of the L1, such as http://127.0.0.1:8545."
                : "Ethereum:HttpEndpoint is not an http or https URL: give the JSON-RPC endpoint of the L1, such as http://127.0.0.1:8545.";
        if (WebSocketEndpoint.Length > 0 && !IsUri(WebSocketEndpoint, "ws", "wss"))
            yield return "Ethereum:WebSocketEndpoint is not a ws or wss URL: correct it, or leave it out to find heads by polling.";
        if (ChainId is 0 or > long.MaxValue)
            yield return $"Ethereum:ChainId is {ChainId}: give the EIP-155 id of the chain, such as 1 for mainnet or 31337 for Anvil.";
        if (DefaultBlock is not ("finalized" or "safe" or "latest" or "pending"))
            yield return $"Ethereum:DefaultBlock is '{DefaultBlock}': use finalized, safe, latest or pending.";
        foreach (
            var (name, value, least, most) in new[]
            {
                (nameof(MinBlockRange), MinBlockRange, 1, 1_000_000),
                (nameof(MaxRetries), MaxRetries, 0, 20),
                (nameof(MaxBatchSize), MaxBatchSize, 1, 1000),
                (nameof(MaxAnswerMegabytes), MaxAnswerMegabytes, 1, 2000),
            }
        )
        {
            if (value < least || value > most)
                yield return $"Ethereum:{name} is {value}: give a number from {least} to {most}.";
        }

        foreach (
            var (name, value) in new[]
            {
                (nameof(PollingInterval), PollingInterval),
                (nameof(HeadTimeout), HeadTimeout),
                (nameof(RequestTimeout), RequestTimeout),
                (nameof(RetryDelay), RetryDelay),
            }
        )
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
                yield return $"Ethereum:{name} is {value}: give a time above zero and up to an hour, such as 00:00:12.";
        }
    }

    private static bool IsUri(string text, params ReadOnlySpan<string> schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme);
}
