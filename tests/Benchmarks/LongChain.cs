using System.Text.Json.Nodes;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Benchmarks;

/// <summary>
/// An Anvil with applications on an Authority each and many inputs, hundreds per transaction by a contract that calls the InputBox.
/// </summary>
internal sealed class LongChain : IAsyncDisposable
{
    public const ulong EpochLength = 100;
    public const int InputsPerEpoch = 500;
    private const string Gas = "0x1c00000";
    private static readonly AbiFunction Add = new("add(address,uint256,uint256)");

    private readonly AnvilProcess _anvil;
    private ulong _first;

    private LongChain(AnvilProcess anvil) => (_anvil, Chain) = (anvil, new DevnetChain(anvil.HttpEndpoint));

    public DevnetChain Chain { get; }

    public Uri Endpoint => _anvil.HttpEndpoint;

    public Uri WebSocketEndpoint => _anvil.WebSocketEndpoint;

    public List<(Address Application, Address Authority)> Applications { get; } = [];

    /// <summary>The applications, and as many epochs for each, every epoch with its inputs in one block; all epochs have ended.</summary>
    public static async Task<LongChain> StartAsync(int applications, int epochs)
    {
        var chain = new LongChain(await AnvilProcess.StartAsync(0, CancellationToken.None));
        await chain.FillAsync(applications, epochs);
        return chain;
    }

    /// <summary>Fetches and decodes all InputAdded logs, about a thousand per request, as the reader does; their number.</summary>
    public async Task<int> FetchAsync()
    {
        var count = 0;
        var head = await Chain.HeadAsync(CancellationToken.None);
        List<IReadOnlyList<Hash32>?> topics =
        [
            [InputBoxContract.InputAddedTopic],
            [.. Applications.Select(one => InputBoxContract.ApplicationTopic(one.Application))],
        ];
        for (var block = _first; block <= head; block += 2)
        {
            var filter = new LogFilter([RollupsContracts.InputBox], topics, block, block + 1);
            var logs = await Chain.Client.GetLogsAsync(filter, CancellationToken.None);
            count += logs.Select(InputBoxContract.DecodeInputAdded).Count();
        }

        return count;
    }

    /// <summary>A block now and then, so that what is in the newest one becomes final.</summary>
    public async Task MineAsync(CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            while (await timer.WaitForNextTickAsync(over))
                await Chain.MineAsync(1, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // The measure is over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        await _anvil.DisposeAsync();
    }

    private async Task FillAsync(int applications, int epochs)
    {
        var contracts = await RollupsContracts.DeployAsync(Chain, CancellationToken.None);
        var template = await EchoTemplate.HashAsync();
        for (var i = 0; i < applications; i++)
        {
            var salt = Keccak256.Hash(BitConverter.GetBytes(i));
            Applications.Add(await contracts.DeployAuthorityApplicationAsync(EpochLength, template, salt, CancellationToken.None));
        }

        var burst = await StandInContracts.DeployAsync(
            Chain,
            "StandInBurst",
            [AbiValue.Of(RollupsContracts.InputBox)],
            CancellationToken.None
        );
        _first = await Chain.HeadAsync(CancellationToken.None);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            await ToNextEpochAsync();
            foreach (var (application, _) in Applications)
                await SendAsync(burst, application, epoch * InputsPerEpoch);
        }

        await ToNextEpochAsync();
        await Chain.MineAsync(AnvilProcess.BlocksToFinality + 1, CancellationToken.None);
    }

    private async Task ToNextEpochAsync()
    {
        var head = await Chain.HeadAsync(CancellationToken.None);
        await Chain.MineToAsync(((head / EpochLength) + 1) * EpochLength, CancellationToken.None);
    }

    private async Task SendAsync(Address burst, Address application, int sent)
    {
        var call = Add.Encode(AbiValue.Of(application), AbiValue.Of((ulong)sent), AbiValue.Of((ulong)InputsPerEpoch));
        var transaction = new JsonObject
        {
            ["from"] = DevnetAccounts.User.ToString(),
            ["to"] = burst.ToString(),
            ["data"] = Hex.Encode(call),
            ["gas"] = Gas,
        };
        var hash = Hash32.Parse((await Chain.RpcAsync("eth_sendTransaction", [transaction], CancellationToken.None))!.GetValue<string>());
        if (await Chain.ReceiptAsync(hash, CancellationToken.None) is not { Succeeded: true })
            throw new InvalidOperationException($"Transaction {hash}, which adds inputs, failed.");
    }
}
