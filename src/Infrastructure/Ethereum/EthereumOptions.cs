using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Ethereum;

/// <summary>Section <c>Ethereum</c>: the L1.</summary>
public sealed class EthereumOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Ethereum";

    /// <summary>
    /// JSON-RPC endpoint. It may contain a key, so it is never logged whole. A user and password in it (<c>https://user:password@host</c>,
    /// percent-encoded) are sent in the header Authorization.
    /// </summary>
    /// <value>Http or https URL; the default is none.</value>
    [Setting(Form = "http or https URL", Secret = true)]
    public string HttpEndpoint { get; set; } = "";

    /// <summary>
    /// WebSocket endpoint for newHeads; user and password work in the same way. Without it, and while it fails, the node polls for the
    /// head.
    /// </summary>
    /// <value>Ws or wss URL; the default is none.</value>
    [Setting(Form = "ws or wss URL", Secret = true)]
    public string WebSocketEndpoint { get; set; } = "";

    /// <summary>EIP-155 id of the chain that the endpoint must serve.</summary>
    /// <value>1 to 9223372036854775807; the default is none.</value>
    [Range(typeof(ulong), "1", "9223372036854775807")]
    [Setting(Remedy = "give the EIP-155 id of the chain, such as 1 for mainnet or 31337 for Anvil")]
    public ulong ChainId { get; set; }

    /// <summary>
    /// Block tag to read L1 at. The tag <see href="reliability.md#what-a-block-tag-promises">belongs to the database</see>: nothing that
    /// was read at <c>finalized</c> can be reorganised.
    /// </summary>
    /// <value>Finalized, safe, latest or pending; the default is finalized.</value>
    [AllowedValues("finalized", "safe", "latest", "pending")]
    public string DefaultBlock { get; set; } = "finalized";

    /// <summary>
    /// Whether a looser tag may replace the one at which the database was read. If false, the database's tag stays in force, with a
    /// warning.
    /// </summary>
    /// <value>The default is false.</value>
    public bool AllowLooserBlock { get; set; }

    /// <summary>
    /// Maximum number of blocks per <c>eth_getLogs</c>. Set it to your provider's documented limit to spare the node from finding it by
    /// trial.
    /// </summary>
    /// <value>Blocks; 0: as many as the endpoint accepts; the default is 0.</value>
    [Setting(Unit = "blocks", Zero = "as many as the endpoint accepts")]
    public ulong MaxBlockRange { get; set; }

    /// <summary>
    /// If a range fails although its first and its last block alone have answers, the node halves it, but not below this number of blocks.
    /// </summary>
    /// <value>1 to 1000000 blocks; the default is 1.</value>
    [Range(1, 1_000_000)]
    [Setting(Unit = "blocks")]
    public int MinBlockRange { get; set; } = 1;

    /// <summary>How often the node polls for the head when no WebSocket announces it.</summary>
    /// <value>Above zero, up to an hour; the default is 00:00:12.</value>
    [TimeRange("00:00:00", "01:00:00", MinimumIsExclusive = true)]
    public TimeSpan PollingInterval { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>The node reconnects a WebSocket that has announced no head for this long.</summary>
    /// <value>Above zero, up to an hour; the default is 00:01:00.</value>
    [TimeRange("00:00:00", "01:00:00", MinimumIsExclusive = true)]
    public TimeSpan HeadTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Time-out of one HTTP request.</summary>
    /// <value>Above zero, up to an hour; the default is 00:00:30.</value>
    [TimeRange("00:00:00", "01:00:00", MinimumIsExclusive = true)]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum number of retries of a request that failed for a transient reason.</summary>
    /// <value>0 to 20 attempts; the default is 4.</value>
    [Range(0, 20)]
    [Setting(Unit = "attempts")]
    public int MaxRetries { get; set; } = 4;

    /// <summary>Wait before the first retry; it doubles with each.</summary>
    /// <value>Above zero, up to an hour; the default is 00:00:00.5.</value>
    [TimeRange("00:00:00", "01:00:00", MinimumIsExclusive = true)]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Maximum number of calls per batch request. If an endpoint accepts fewer, the node finds out and sends fewer. With 1 it never sends a
    /// batch, except for the pairs that <see href="reliability/l1.md#what-an-endpoint-takes">one node must answer</see>.
    /// </summary>
    /// <value>1 to 1000 calls; the default is 100.</value>
    [Range(1, 1000)]
    [Setting(Unit = "calls")]
    public int MaxBatchSize { get; set; } = 100;

    /// <summary>
    /// Maximum size of an answer after decompression. The node aborts a larger one, and then requests logs in smaller ranges. The default
    /// is about twice the size of a thousand of the largest inputs.
    /// </summary>
    /// <value>1 to 2000 MB; the default is 256.</value>
    [Range(1, 2000)]
    [Setting(Unit = "MB")]
    public int MaxAnswerMegabytes { get; set; } = 256;

    /// <summary>
    /// Send transactions of type 0, with the endpoint's gas price, instead of EIP-1559. The node chooses type 0 by itself on a chain
    /// without a base fee.
    /// </summary>
    /// <value>The default is false.</value>
    public bool LegacyTransactions { get; set; }

    // The configured tag; ChainPolicy has the tag in force.
    internal BlockTag Tag => BlockTag.ParseName(DefaultBlock);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsUri(HttpEndpoint, "http", "https"))
            yield return new ValidationResult(
                HttpEndpoint.Length == 0
                    ? "Ethereum:HttpEndpoint is not set: give the JSON-RPC endpoint of the L1, such as http://127.0.0.1:8545."
                    : "Ethereum:HttpEndpoint is not an http or https URL: give the JSON-RPC endpoint of the L1, such as "
                        + "http://127.0.0.1:8545."
            );
        if (WebSocketEndpoint.Length > 0 && !IsUri(WebSocketEndpoint, "ws", "wss"))
            yield return new ValidationResult(
                "Ethereum:WebSocketEndpoint is not a ws or wss URL: correct it, or remove it to find heads by polling."
            );
    }

    private static bool IsUri(string text, params ReadOnlySpan<string> schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme);
}
