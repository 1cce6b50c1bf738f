using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests;

/// <summary>Anvil goes back to an earlier block and on with others, under every service as a process of its own.</summary>
[NeedsServers]
public sealed class ReorganisationTests(RealServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Under_latest_an_input_that_was_replaced_or_taken_back_stops_its_application_before_anything_is_claimed_and_no_other()
    {
        await using var cluster = await StartAsync("latest", applications: 3);
        var (replaced, removed, untouched) = (cluster.Applications[0], cluster.Applications[1], cluster.Applications[2]);
        await BeginEpochAsync(cluster);
        foreach (var (application, _) in cluster.Applications)
            await AddInputAsync(cluster, application, "before");
        var before = await cluster.Anvil.Chain.RpcAsync("evm_snapshot", [], Cancel);
        await AddInputAsync(cluster, replaced.Application, "gone");
        await AddInputAsync(cluster, removed.Application, "gone");
        // Run by the machine, and so well on the way to a claim.
        await UntilAsync(cluster, db => db.Inputs.CountAsync(input => input.Status == InputStatus.Accepted, Cancel), count => count == 5);

        await RevertAsync(cluster, before);
        await AddInputAsync(cluster, replaced.Application, "instead");
        await AddInputAsync(cluster, untouched.Application, "after");
        await UntilAsync(
            cluster,
            db => db.Applications.CountAsync(app => app.State == ApplicationState.Inoperable, Cancel),
            count => count == 2
        );
        var began = TimeProvider.System.GetTimestamp();
        await EndEpochAsync(cluster);
        await UntilAsync(
            cluster,
            db => db.Epochs.CountAsync(epoch => epoch.Status == EpochStatus.ClaimAccepted, Cancel),
            count => count == 1
        );
        Trial.Say("the other application's epoch was accepted after", TimeProvider.System.GetElapsedTime(began));
        // Whoever would claim for the others has had the time in which the third one's was claimed, and more heads.
        await cluster.Anvil.Chain.MineAsync(NodeCluster.EpochLength, Cancel);

        var stopped = await cluster.ReadAsync(db =>
            db.Applications.AsNoTracking()
                .Where(app => app.State == ApplicationState.Inoperable)
                .ToDictionaryAsync(app => app.Address, Cancel)
        );
        stopped.Values.ShouldAllBe(app => app.ReasonKind == InoperableKind.Corrupted);
        stopped[replaced.Application].Reason.ShouldNotBeNull().ShouldContain("input 1 is stored as log");
        stopped[removed.Application].Reason.ShouldNotBeNull().ShouldContain("input 1 is stored, but it is gone from L1");
        (await ClaimsAsync(cluster, replaced.Authority)).ShouldBe(0);
        (await ClaimsAsync(cluster, removed.Authority)).ShouldBe(0);
        (await ClaimsAsync(cluster, untouched.Authority)).ShouldBe(1);
        (await cluster.ReadAsync(db => db.Transactions.CountAsync(Cancel))).ShouldBe(1);
        foreach (var process in cluster.Processes)
            process.EnsureRunning();
    }

    [Fact]
    public async Task Under_finalized_what_was_replaced_or_taken_back_was_never_seen()
    {
        await using var cluster = await StartAsync("finalized", applications: 2);
        var (replaced, removed) = (cluster.Applications[0].Application, cluster.Applications[1].Application);
        await BeginEpochAsync(cluster);
        foreach (var (application, _) in cluster.Applications)
            await AddInputAsync(cluster, application, "before");
        await cluster.Anvil.Chain.MineAsync(2, Cancel);
        var before = await cluster.Anvil.Chain.RpcAsync("evm_snapshot", [], Cancel);
        await AddInputAsync(cluster, replaced, "gone");
        await AddInputAsync(cluster, removed, "gone");
        // The node has seen these blocks as the newest ones, and what they finalise.
        await UntilAsync(cluster, db => db.Inputs.CountAsync(input => input.Status == InputStatus.Accepted, Cancel), count => count == 2);

        await RevertAsync(cluster, before);
        await AddInputAsync(cluster, replaced, "instead");
        await EndEpochAsync(cluster);
        await UntilAsync(
            cluster,
            db => db.Epochs.CountAsync(epoch => epoch.Status == EpochStatus.ClaimAccepted, Cancel),
            count => count == 2,
            each: () => cluster.Anvil.Chain.MineAsync(1, Cancel)
        );

        (await cluster.ReadAsync(db => db.Applications.CountAsync(app => app.State == ApplicationState.Enabled, Cancel))).ShouldBe(2);
        var inputs = await cluster.ReadAsync(db =>
            db.Inputs.AsNoTracking()
                .OrderBy(input => input.ApplicationId)
                .ThenBy(input => input.Index)
                .Select(input => input.RawData)
                .ToListAsync(Cancel)
        );
        inputs.Select(data => Encoding.UTF8.GetString(EvmAdvance.Decode(data).Payload)).ShouldBe(["before", "instead", "before"]);
        foreach (var (_, authority) in cluster.Applications)
            (await ClaimsAsync(cluster, authority)).ShouldBe(1);
    }

    private async Task<NodeCluster> StartAsync(string tag, int applications)
    {
        var cluster = await NodeCluster.StartAsync(
            servers,
            replicas: 1,
            new Dictionary<string, string> { ["Ethereum:DefaultBlock"] = tag },
            Cancel
        );
        try
        {
            await cluster.DeployAsync(applications, Cancel);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>So that all that follows is in one epoch, until it is ended.</summary>
    private static async Task BeginEpochAsync(NodeCluster cluster) =>
        await cluster.Anvil.Chain.MineToAsync(
            ((await cluster.Anvil.Chain.HeadAsync(Cancel) / NodeCluster.EpochLength) + 1) * NodeCluster.EpochLength,
            Cancel
        );

    private static Task EndEpochAsync(NodeCluster cluster) => cluster.Anvil.Chain.MineAsync(NodeCluster.EpochLength, Cancel);

    private static Task<TransactionReceipt> AddInputAsync(NodeCluster cluster, Address application, string payload) =>
        cluster.Anvil.Contracts.AddInputAsync(application, Encoding.UTF8.GetBytes(payload), Cancel);

    private static async Task RevertAsync(NodeCluster cluster, JsonNode? snapshot) =>
        (await cluster.Anvil.Chain.RpcAsync("evm_revert", [snapshot!.DeepClone()], Cancel))!.GetValue<bool>().ShouldBeTrue();

    private static async Task<int> ClaimsAsync(NodeCluster cluster, Address authority) =>
        (
            await cluster.Anvil.Chain.Client.GetLogsAsync(
                new LogFilter(
                    [authority],
                    [
                        [ConsensusContract.ClaimSubmittedTopic],
                    ],
                    0,
                    await cluster.Anvil.Chain.HeadAsync(Cancel)
                ),
                Cancel
            )
        ).Count;

    private static async Task UntilAsync(
        NodeCluster cluster,
        Func<RollupsDbContext, Task<int>> count,
        Func<int, bool> reached,
        Func<Task>? each = null
    )
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!reached(await cluster.ReadAsync(count)))
        {
            foreach (var process in cluster.Processes)
                process.EnsureRunning();
            if (each is not null)
                await each();
            await timer.WaitForNextTickAsync(Cancel);
        }
    }
}
