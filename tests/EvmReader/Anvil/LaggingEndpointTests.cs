using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Anvil;

/// <summary>
/// Several L1 nodes behind one address are not equally far: what one of them does not have yet is not taken for what is not there.
/// </summary>
[NeedsServers]
public sealed class LaggingEndpointTests(PostgresServer postgres)
{
    // More than the two blocks by which Anvil's finalized block is behind, so that the replica does not have what the leader calls
    // finalized.
    private const ulong Lag = 6;

    public static TheoryData<string?, bool, bool> Replicas =>
        new()
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

    public static TheoryData<int, string> RangeLimits =>
        new()
        {
            { 100, "-32600" },
            { 10, "-32602" },
            { 10, "413" },
            { 100, "cut" },
            { 1, "503" },
        };

    [Theory]
    [MemberData(nameof(RangeLimits))]
    public async Task A_provider_that_limits_the_range_of_blocks_is_asked_for_smaller_ranges_until_it_answers(int most, string refusal)
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

        var refuse = refusal switch
        {
            "cut" => RpcActions.DropBefore,
            "413" or "503" => RpcActions.Status(int.Parse(refusal, CultureInfo.InvariantCulture)),
            "-32602" => RpcActions.Error(-32602, "range 600 exceeds limit of 10"),
            _ => RpcActions.Error(-32600, "exceed maximum block range: 100"),
        };
        using var limit = reader.Proxy.On(
            "eth_getLogs",
            exchange => Range(exchange.Calls[0]) <= (ulong)most ? RpcActions.Delay(TimeSpan.Zero)(exchange) : refuse(exchange)
        );
        await reader.ShouldStoreEveryInputOnceAsync();
        // 1,200 blocks in ranges of at least half of what is allowed, and some refusals.
        limit.Hits.ShouldBeLessThan((2 * 1_300 / most) + 100);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public async Task Behind_a_provider_that_limits_batches_applications_are_registered_and_read(int most)
    {
        await using var reader = await ReaderBehindProxy.StartAsync(postgres, "latest", webSocket: false);
        using var limit = reader.Proxy.On(
            null,
            exchange =>
                exchange.Calls.Count <= most
                    ? RpcActions.Delay(TimeSpan.Zero)(exchange)
                    : RpcActions.Error(-32600, "the batch is larger than your plan allows")(exchange)
        );
        List<Address> applications = [reader.Application];
        for (byte i = 2; i <= 4; i++)
            applications.Add(await reader.RegisterAsync($"echo-{i}", Keccak256.Hash([i])));

        for (var round = 0; round < 3; round++)
        {
            foreach (var application in applications)
                await reader.Anvil.Contracts.AddInputAsync(application, new byte[] { (byte)round }, TestContext.Current.CancellationToken);
        }

        await reader.UntilAsync(() =>
            reader.ReadAsync(async db => await db.Inputs.CountAsync(TestContext.Current.CancellationToken) == 12)
        );
    }

    private static ulong Range(JsonObject call)
    {
        var filter = call["params"]![0]!;
        return Number(filter["toBlock"]!) - Number(filter["fromBlock"]!) + 1;
    }

    private static ulong Number(JsonNode hex) =>
        ulong.Parse(hex.GetValue<string>().AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
