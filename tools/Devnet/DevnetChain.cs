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
        return Hash32.Parse((await RpcAsync("eth_sendTransaction", [transaction], cancellationToken))!.GetValue<string>());
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
    public async Task<JsonNode?> RpcAsync(string method, JsonArray parameters, CancellationToken cancellationToken)
    {
        var request = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = Interlocked.Increment(ref _id),
            ["method"] = method,
            ["params"] = parameters,
        };
        using var response = await _http.PostAsJsonAsync((Uri?)null, request, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
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
}
