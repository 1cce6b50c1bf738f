using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Crashes;

/// <summary>
/// The same on the way of a join and of a settlement under Dave, which go through the same sender. A second join would be a second bond.
/// </summary>
[NeedsServers]
public sealed class TournamentCrashTests(RealServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_join_and_a_settlement_that_were_stored_and_not_sent_are_sent_by_the_next_process()
    {
        await using var trial = new CrashTrial(servers, applications: 0);
        await trial.InitializeAsync();
        // Its epoch 0 is sealed at once, without inputs.
        await trial.DieAsync("join-transaction-committed", () => trial.Cluster.DeployDaveAsync(NodeCluster.TournamentBlocks, Cancel));
        var join = await ShouldBeStoredAloneAsync(trial, TransactionKind.JoinTournament);
        (await trial.EpochAsync(0)).Status.ShouldBe(EpochStatus.ClaimCalculated);

        trial.GoOn();
        await trial.UntilAsync(db => db.Epochs.AnyAsync(epoch => epoch.Index == 0 && epoch.Status == EpochStatus.ClaimSubmitted, Cancel));
        await trial.DieAsync("settle-transaction-committed", () => trial.Chain.MineAsync(NodeCluster.TournamentBlocks + 1, Cancel));
        var settlement = await ShouldBeStoredAloneAsync(trial, TransactionKind.Settle);
        (await trial.EpochAsync(0)).Status.ShouldBe(EpochStatus.ClaimSubmitted);

        trial.GoOn();
        await trial.UntilAsync(db => db.Epochs.AnyAsync(epoch => epoch.Index == 0 && epoch.Status == EpochStatus.ClaimAccepted, Cancel));
        await trial.ShouldSettleAsync();
        foreach (var stored in new[] { join, settlement })
        {
            var rows = await trial.Cluster.ReadAsync(db =>
                db.Transactions.Where(row => row.EpochIndex == 0 && row.Kind == stored.Kind).ToListAsync(Cancel)
            );
            var row = rows.ShouldHaveSingleItem();
            (row.State, row.TransactionHash).ShouldBe((TransactionState.Confirmed, stored.TransactionHash));
        }
    }

    /// <summary>The one transaction that is on its way, of which L1 knows nothing.</summary>
    private static async Task<L1Transaction> ShouldBeStoredAloneAsync(CrashTrial trial, TransactionKind kind)
    {
        var pending = await trial.Cluster.ReadAsync(db =>
            db.Transactions.AsNoTracking().Where(row => row.State == TransactionState.Pending).ToListAsync(Cancel)
        );
        var stored = pending.ShouldHaveSingleItem();
        (stored.EpochIndex, stored.Kind).ShouldBe((0UL, kind));
        var claims = new Claims(trial);
        (await claims.IsKnownAsync(stored.TransactionHash)).ShouldBeFalse();
        (await claims.MinedAsync()).ShouldBe(stored.Nonce);
        return stored;
    }
}
