using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Reliability.Tests.Check;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Outages;

/// <summary>
/// Between all services and their chain stands an endpoint that fails in every way that it can, one after the other in an order that the
/// seed decides, under load. <c>ROLLUPS_FAULT_SECONDS</c> makes each fault as long as that, <c>ROLLUPS_FAULT_SEED</c> chooses another
/// order.
/// </summary>
[NeedsServers]
public sealed class EndpointOutageTests(RealServers servers)
{
    private static readonly TimeSpan Fault = TimeSpan.FromSeconds(SoakSettings.FaultSeconds);

    // A block is a third of a second of load here, and on L1 twelve: a node whose endpoint is away for long must not miss its tournament in
    // this time already.
    private const ulong TournamentBlocks = 500;

    // The services that read or write the chain; the others do not notice.
    private static readonly string[] OnL1 = ["evm-reader", "claimer", "prt"];

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Ethereum:RequestTimeout"] = "00:00:03",
        ["Health:CheckTimeout"] = "00:00:01",
        // Nothing is read twice: what a cursor has passed without having seen it is lost for good.
        ["Services:EvmReader:ReorganisationBlocks"] = "0",
        ["Services:EvmReader:SyncInterval"] = "00:00:03",
        ["Services:Claimer:SyncInterval"] = "00:00:03",
        ["Services:Prt:SyncInterval"] = "00:00:03",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_the_endpoint_does_to_all_services_nothing_is_lost_repeated_or_claimed_twice_and_readiness_names_it()
    {
        await using var trial = await Trial.StartAsync(
            servers,
            replicas: 1,
            applications: 2,
            withDave: true,
            settings: Settings,
            behindProxy: true,
            tournamentBlocks: TournamentBlocks
        );
        var cluster = trial.Cluster;
        var faults = EndpointFaults.All.ToArray();
        new Random(SoakSettings.FaultSeed).Shuffle(faults);
        var tournaments = new Tournaments(cluster);
        await using (var load = trial.Load())
        await using (var watch = LiveWatch.Start(cluster))
        {
            await WorksAsync(cluster, "without a fault");
            foreach (var (name, action, answers) in faults)
            {
                // What the node has joined is over now, and is to be settled whatever the endpoint does.
                await tournaments.SettledEpochsAsync(Cancel);
                var goesOn = Task.Delay(Fault, Cancel);
                await using (await EndpointFaults.BeginAsync(cluster.Proxy!, action, Cancel))
                {
                    if (!answers)
                        await ShouldNameItAsync(cluster, name);
                    await goesOn;
                }

                await WorksAsync(cluster, $"after {name}");
            }

            await load.StopAsync(cluster, Cancel);
            (await watch.StopAsync()).ShouldBeGreaterThan(cluster.Processes.Count);
        }

        await trial.ShouldSettleAsync();
    }

    /// <summary>Who needs the chain is not ready and says that it is the chain; who does not is ready.</summary>
    private static async Task ShouldNameItAsync(NodeCluster cluster, string fault)
    {
        foreach (
            var (process, said) in await Task.WhenAll(
                cluster
                    .Processes.Where(process => OnL1.Contains(process.Service))
                    .Select(async process => (process, await process.ReadinessAsync(Cancel)))
            )
        )
            said.ShouldContain("not ready: l1 Unhealthy", customMessage: $"{process.Service}, {fault}");
        // On a busy machine a database that takes a second to answer counts as away for a moment.
        foreach (var process in cluster.Processes.Where(process => !OnL1.Contains(process.Service)))
            await process.ReadyAsync(Cancel);
    }

    /// <summary>Waits until inputs that came now have been run, and every process calls itself ready.</summary>
    private static async Task WorksAsync(NodeCluster cluster, string when)
    {
        var start = TimeProvider.System.GetTimestamp();
        var run = await cluster.ReadAsync(db => db.Inputs.CountAsync(Cancel)) + 2;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Hang.Limit);
        while (await cluster.ReadAsync(db => db.Inputs.CountAsync(input => input.Status != InputStatus.None, Cancel)) < run)
        {
            (
                await cluster.ReadAsync(db =>
                    db.Applications.Where(app => app.State != ApplicationState.Enabled).Select(app => app.Reason).ToListAsync(Cancel)
                )
            ).ShouldBeEmpty(when);
            await timer.WaitForNextTickAsync(limit.Token);
        }

        Trial.Say($"{when} inputs were run after", TimeProvider.System.GetElapsedTime(start));
        foreach (var process in cluster.Processes)
            await process.ReadyAsync(Cancel);
        Trial.Say($"{when} every service was ready after", TimeProvider.System.GetElapsedTime(start));
    }
}
