using System.Globalization;
using System.Text.Json.Nodes;
using Rollups.Testing;

namespace Rollups.EvmReader.Tests.Anvil;

/// <summary>Several L1 nodes behind one address are not equally far: what one of them does not have yet is not taken for what is not there.</summary>
[NeedsServers]
public sealed class LaggingEndpointTests(PostgresServer postgres)
{
    // More than the two blocks by which Anvil's finalized block is behind, so that the replica does not have what the leader calls finalized.
    private const ulong Lag = 6;

    public static TheoryData<string?, bool, bool> Replicas => new()
    {
        { "eth_getLogs", false, false },
        { "eth_call", false, false },
        { "eth_call", true, false },
        { "eth_getBlockByNumber", false, false },
        { null, false, true },
        { null, true, true },
    };

    [Theory]
    [MemberData(nameof(Replicas))]
    public async Task A_replica_that_lags_behind_the_leader_loses_no_input(string? method, bool clamps, bool everySecond)
    {
        await using var reader = await ReaderBehindProxy.StartAsync(postgres, "finalized", webSocket: false);
        var replica = new LaggingReplica(Lag, clamps);
        using (var fault = reader.Proxy.On(method, everySecond ? replica.EverySecond() : replica.Action))
        {
            for (var i = 0; i < 3; i++)
            {
                await reader.AddInputAsync();
                // Logs are asked for only while some are missing.
                await reader.UntilHitAsync(fault, fault.Hits + (method == "eth_getLogs" ? 1 : 5));
            }
        }

        await reader.ShouldStoreEveryInputOnceAsync();
    }

    [Fact]
    public async Task A_provider_that_limits_the_range_of_blocks_is_asked_for_smaller_ranges_until_it_answers()
    {
        await using var reader = await ReaderBehindProxy.StartAsync(postgres, "finalized", webSocket: false);
        using (reader.Proxy.On(null, RpcActions.DropBefore))
        {
            for (var i = 0; i < 4; i++)
            {
                await reader.AddInputAsync();
                await reader.Anvil.Chain.MineAsync(300, TestContext.Current.CancellationToken);
            }
        }

        using var limit = reader.Proxy.On("eth_getLogs", exchange => Range(exchange.Calls[0]) <= 100
            ? RpcActions.Delay(TimeSpan.Zero)(exchange)
            : RpcActions.Error(-32600, "exceed maximum block range: 100")(exchange));
        await reader.ShouldStoreEveryInputOnceAsync();
        limit.Hits.ShouldBeLessThan(100);
    }

    private static ulong Range(JsonObject call)
    {
        var filter = call["params"]![0]!;
        return Number(filter["toBlock"]!) - Number(filter["fromBlock"]!) + 1;
    }

    private static ulong Number(JsonNode hex) => ulong.Parse(hex.GetValue<string>().AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
