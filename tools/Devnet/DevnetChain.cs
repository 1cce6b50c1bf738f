using System.Globalization;
using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Settings;

namespace Rollups.Devnet;

/// <summary>Anvil's unlocked accounts and its controls of time and blocks, in addition to the ordinary client.</summary>
public sealed class DevnetChain : IAsyncDisposable
{
    // Each attempt fails only if the account has sent another transaction in the moment before.
    private const int MostAttempts = 10;

    // The other transaction is mined already, or still waits.
    private static readonly string[] TakenNonce = ["nonce too low", "replacement transaction underpriced"];

    private readonly HttpClient _http;
    private readonly ServiceProvider _services;
    private int _id;
    private bool _automine = true;

    /// <param name="endpoint">HTTP endpoint of Anvil.</param>
    public DevnetChain(Uri endpoint)
    {
        _http = new HttpClient { BaseAddress = endpoint };
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([
                new("Ethereum:HttpEndpoint", endpoint.ToString()),
                new("Ethereum:ChainId", AnvilProcess.ChainId.ToString(CultureInfo.InvariantCulture)),
                new("Ethereum:DefaultBlock", "latest"),
            ])
            .Build();
        _services = new ServiceCollection().AddLogging().AddEthereum(configuration).BuildServiceProvider();
        Client = _services.GetRequiredService<IEthereumClient>();
    }

    /// <summary>Receives a line for the user when something unusual happens that does no harm; null for nobody.</summary>
    public Action<string>? Report { get; init; }

    /// <summary>The ordinary client.</summary>
    public IEthereumClient Client { get; }

    /// <summary>Sends from an unlocked account and mines; fails if the transaction reverts.</summary>
    /// <exception cref="OperatorException">It reverted or was refused.</exception>
    public async Task<TransactionReceipt> SendAsync(
        Address from,
        Address to,
        byte[] data,
        CancellationToken cancellationToken,
        BigInteger value = default
    )
    {
        var hash = await SubmitAsync(from, to, data, cancellationToken, value);
        var receipt = await ReceiptAsync(hash, cancellationToken);
        return receipt is { Succeeded: true } ? receipt : throw new OperatorException($"The transaction {hash} to {to} failed.");
    }

    /// <summary>Sends from an unlocked account without waiting for a block.</summary>
    /// <exception cref="OperatorException">It was refused; the message includes the revert reason.</exception>
    public async Task<Hash32> SubmitAsync(
        Address from,
        Address to,
        byte[] data,
        CancellationToken cancellationToken,
        BigInteger value = default
    )
    {
        var transaction = new JsonObject
        {
            ["from"] = from.ToString(),
            ["to"] = to.ToString(),
            ["data"] = Hex.Encode(data),
        };
        if (!value.IsZero)
            transaction["value"] = "0x" + value.ToString("x", CultureInfo.InvariantCulture);
        return await SubmitAsync(transaction, cancellationToken);
    }

    /// <summary>
    /// Sends a transaction of an unlocked account without waiting for a block. Anvil chooses the nonce; where somebody else has used it
    /// meanwhile, sends again with the next.
    /// </summary>
    /// <exception cref="OperatorException">It was refused; the message includes the revert reason.</exception>
    public async Task<Hash32> SubmitAsync(JsonObject transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var hash = await RpcAsync("eth_sendTransaction", [transaction.DeepClone()], cancellationToken);
                return Hash32.Parse(hash!.GetValue<string>());
            }
            catch (OperatorException refusal) when (attempt < MostAttempts && IsTakenNonce(refusal))
            {
                if (attempt == 1)
                    Report?.Invoke(
                        $"The account {transaction["from"]} has sent another transaction meanwhile; the devnet sends its own again, with "
                            + "the next nonce."
                    );
            }
        }
    }

    /// <summary>
    /// The receipt of a submitted transaction, mined now if Anvil does not mine by itself; null if it is in no block.
    /// </summary>
    public async Task<TransactionReceipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellationToken)
    {
        if (!_automine)
            await MineAsync(1, cancellationToken);
        // Anvil answers before its miner has finished, for a small transaction by less than a millisecond.
        var receipt = await Client.GetReceiptAsync(transaction, cancellationToken);
        for (var (attempt, wait) = (0, 1); attempt < 200 && receipt is null; attempt++, wait = Math.Min(2 * wait, 20))
        {
            await Task.Delay(wait, cancellationToken);
            receipt = await Client.GetReceiptAsync(transaction, cancellationToken);
        }

        return receipt;
    }

    /// <summary>The head's number.</summary>
    public async Task<ulong> HeadAsync(CancellationToken cancellationToken) =>
        (await Client.GetBlockAsync(BlockTag.Latest, cancellationToken))!.Number;

    /// <summary>Mines blocks at once.</summary>
    public Task MineAsync(ulong blocks, CancellationToken cancellationToken) =>
        RpcAsync("anvil_mine", ["0x" + blocks.ToString("x", CultureInfo.InvariantCulture)], cancellationToken);

    /// <summary>Mines until the head has that number; does nothing if it has it already.</summary>
    public async Task MineToAsync(ulong block, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(cancellationToken);
        if (head < block)
            await MineAsync(block - head, cancellationToken);
    }

    /// <summary>Switches mining one block per transaction on or off.</summary>
    public Task SetAutomineAsync(bool on, CancellationToken cancellationToken)
    {
        _automine = on;
        return RpcAsync("evm_setAutomine", [on], cancellationToken);
    }

    /// <summary>Replaces the last blocks with empty ones.</summary>
    public Task ReorganiseAsync(int depth, CancellationToken cancellationToken) =>
        RpcAsync("anvil_reorg", [depth, new JsonArray()], cancellationToken);

    /// <summary>Remembers the head, so that the chain can revert to it.</summary>
    public async Task<Branch> BranchAsync(CancellationToken cancellationToken) =>
        new(this, (await RpcAsync("evm_snapshot", [], cancellationToken))!);

    /// <summary>Stops the client; Anvil keeps running.</summary>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _services.DisposeAsync();
    }

    /// <summary>Calls any of Anvil's methods.</summary>
    /// <exception cref="OperatorException">Anvil returns an error.</exception>
    /// <exception cref="EthereumUnreachableException">Anvil does not answer.</exception>
    public async Task<JsonNode?> RpcAsync(string method, JsonArray parameters, CancellationToken cancellationToken)
    {
        var request = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = Interlocked.Increment(ref _id),
            ["method"] = method,
            ["params"] = parameters,
        };
        var answer = await PostAsync(method, request, cancellationToken);
        if (answer?["error"] is { } error)
        {
            var data =
                error["data"] is JsonValue value && value.TryGetValue<string>(out var text) && Hex.TryDecode(text, out var bytes)
                    ? RevertReason.Describe(bytes)
                    : "";
            throw new OperatorException($"{method}: {error["message"]} {data}");
        }

        return answer?["result"];
    }

    private async Task<JsonObject?> PostAsync(string method, JsonObject request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.PostAsJsonAsync((Uri?)null, request, cancellationToken);
            return await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new EthereumUnreachableException(method, _http.BaseAddress!.Authority, exception);
        }
    }

    private static bool IsTakenNonce(OperatorException refusal) =>
        Array.Exists(TakenNonce, text => refusal.Message.Contains(text, StringComparison.OrdinalIgnoreCase));
}
