using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Check;

/// <summary>Holds the node's database, its events and its claims against the chain, when the load is over.</summary>
internal sealed class Checker(NodeCluster cluster, EventWitness witness)
{
    // A message that had to be repeated may arrive after the acceptance: the story then ends before it is whole.
    private static readonly Expression<Func<EpochLifecycleState, bool>> IsWhole = saga =>
        saga.CurrentState == "Accepted"
        && saga.OpenedAt != null
        && saga.ClosedAt != null
        && saga.InputsProcessedAt != null
        && saga.ClaimCalculatedAt != null
        && saga.ClaimSubmittedAt != null
        && saga.AcceptedAt != null;

    private readonly Func<EpochLifecycleState, bool> _isWhole = IsWhole.Compile();

    /// <summary>Waits until nothing is left to do, or the time is over; says how long it took.</summary>
    public async Task<TimeSpan> SettleAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var inputs = await ChainTruth.CountInputsAsync(cluster, cancellationToken);
        var start = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var tournaments = new Tournaments(cluster);
        while (
            TimeProvider.System.GetElapsedTime(start) < limit
            && !(
                await tournaments.SettledEpochsAsync(cancellationToken) is { } settled
                && await IsSettledAsync(inputs, settled, cancellationToken)
            )
        )
            await timer.WaitForNextTickAsync(cancellationToken);
        return TimeProvider.System.GetElapsedTime(start);
    }

    public async Task<Verdict> JudgeAsync(CancellationToken cancellationToken)
    {
        var verdict = new Verdict();
        var announced = await witness.TakeAsync(cancellationToken);
        foreach (var (address, chain) in await ChainTruth.ReadAsync(cluster, cancellationToken))
        {
            var application = await cluster.ReadAsync(db =>
                db.Applications.AsNoTracking().SingleAsync(application => application.Address == address, cancellationToken)
            );
            if (application.State != ApplicationState.Enabled)
                verdict.Lost($"{application.Name} is {application.State}: {application.Reason}");
            await JudgeEpochsAsync(verdict, application, chain, announced, cancellationToken);
            await JudgeInputsAsync(verdict, application, chain, cancellationToken);
            foreach (var claims in chain.ClaimTransactions.GroupBy(claim => claim).Where(claims => claims.Count() > 1))
                verdict.DoubleClaim(
                    $"{application.Name} epoch {claims.Key.Epoch}: {claims.Count()} transactions of kind {claims.Key.Kind}"
                );
        }

        await JudgeMessagesAsync(verdict, cancellationToken);
        return verdict;
    }

    private async Task<bool> IsSettledAsync(int inputs, int settledUnderDave, CancellationToken cancellationToken) =>
        await cluster.ReadAsync(async db =>
            await db.Inputs.CountAsync(cancellationToken) == inputs
            && await db.Epochs.CountAsync(
                epoch =>
                    epoch.Status == EpochStatus.ClaimAccepted
                    && db.Applications.Any(app => app.Id == epoch.ApplicationId && app.ConsensusType == ConsensusType.Prt),
                cancellationToken
            ) == settledUnderDave
            // Under Dave there is always one more, which ends when somebody wants it to.
            && await db.Epochs.CountAsync(epoch => epoch.Status != EpochStatus.ClaimAccepted, cancellationToken)
                == 2 * cluster.DaveApplications.Count
            && await db.EpochLifecycles.CountAsync(IsWhole, cancellationToken)
                == await db.Epochs.CountAsync(epoch => epoch.Status == EpochStatus.ClaimAccepted, cancellationToken)
            && !await db.Outbox.AnyAsync(cancellationToken)
        );

    private async Task JudgeEpochsAsync(
        Verdict verdict,
        Application application,
        ChainTruth chain,
        HashSet<(string Application, ulong Epoch, string Move)> announced,
        CancellationToken cancellationToken
    )
    {
        var stored = await cluster.ReadAsync(db =>
            db.Epochs.AsNoTracking()
                .Where(epoch => epoch.ApplicationId == application.Id)
                .ToDictionaryAsync(epoch => epoch.Index, cancellationToken)
        );
        var sagas = await cluster.ReadAsync(db =>
            db.EpochLifecycles.AsNoTracking().Where(saga => saga.Application == application.Address).ToListAsync(cancellationToken)
        );
        foreach (var surplus in stored.Keys.Except(chain.Epochs).Except(chain.Unfinished))
            verdict.Repeated($"{application.Name} epoch {surplus} is not on chain");
        foreach (var epoch in chain.Epochs)
        {
            verdict.Epochs++;
            if (stored.TryGetValue(epoch, out var row) && row.Status == EpochStatus.ClaimAccepted && chain.Accepted.Contains(epoch))
                verdict.Accepted++;
            else
                verdict.Lost(
                    $"{application.Name} epoch {epoch} is {row?.Status.ToString() ?? "not stored"} and "
                        + $"{(chain.Accepted.Contains(epoch) ? "" : "not ")}accepted on chain"
                );
            foreach (var move in EventWitness.Moves.Where(move => !announced.Contains((application.Address.ToString(), epoch, move))))
                verdict.Lost($"{application.Name} epoch {epoch}: {move} was never announced");
            var saga = sagas.SingleOrDefault(saga => saga.EpochIndex == epoch);
            if (saga is null || !_isWhole(saga))
                verdict.Lost($"{application.Name} epoch {epoch}: its story is {saga?.CurrentState ?? "not told"} or has a hole");
        }
    }

    /// <summary>Every input once, as it is on chain, with the outputs and the report that the echo machine makes of it once.</summary>
    private async Task JudgeInputsAsync(Verdict verdict, Application application, ChainTruth chain, CancellationToken cancellationToken)
    {
        var (inputs, outputs, reports) = await cluster.ReadAsync(async db =>
            (
                await db
                    .Inputs.Where(row => row.ApplicationId == application.Id)
                    .Select(row => new
                    {
                        row.Index,
                        row.Status,
                        row.RawData,
                    })
                    .ToDictionaryAsync(row => row.Index, cancellationToken),
                await db
                    .Outputs.Where(row => row.ApplicationId == application.Id)
                    .OrderBy(row => row.Index)
                    .Select(row => new { row.Index, row.RawData })
                    .ToListAsync(cancellationToken),
                await db
                    .Reports.Where(row => row.ApplicationId == application.Id)
                    .OrderBy(row => row.Index)
                    .Select(row => new { row.Index, row.RawData })
                    .ToListAsync(cancellationToken)
            )
        );
        var expected = new List<byte[]>();
        var payloads = new List<byte[]>();
        foreach (var input in chain.Inputs)
        {
            var advance = EvmAdvance.Decode(input.Data);
            payloads.Add(advance.Payload);
            expected.AddRange([Outputs.Notice(advance.Payload), Outputs.Voucher(advance.Sender, 0, advance.Payload)]);
            if (!inputs.TryGetValue(input.Index, out var row) || row.Status != InputStatus.Accepted)
                verdict.Lost($"{application.Name} input {input.Index} is {row?.Status.ToString() ?? "not stored"}");
            else if (!row.RawData.AsSpan().SequenceEqual(input.Data))
                verdict.Repeated($"{application.Name} input {input.Index} is not the one on chain");
        }

        foreach (var surplus in inputs.Keys.Where(index => index >= (ulong)chain.Inputs.Count))
            verdict.Repeated($"{application.Name} input {surplus} is not on chain");
        Compare(verdict, $"{application.Name} output", expected, [.. outputs.Select(output => (output.Index, output.RawData))]);
        Compare(verdict, $"{application.Name} report", payloads, [.. reports.Select(report => (report.Index, report.RawData))]);
        if (application.ProcessedInputs != (ulong)chain.Inputs.Count)
            verdict.Repeated($"{application.Name} counts {application.ProcessedInputs} processed inputs of {chain.Inputs.Count}");
    }

    private static void Compare(Verdict verdict, string what, List<byte[]> expected, List<(ulong Index, byte[] RawData)> found)
    {
        for (var i = 0; i < Math.Max(expected.Count, found.Count); i++)
        {
            if (i >= found.Count)
                verdict.Lost($"{what} {i}");
            else if (i >= expected.Count || found[i].Index != (ulong)i || !found[i].RawData.AsSpan().SequenceEqual(expected[i]))
                verdict.Repeated($"{what} {found[i].Index}, in place {i}, is not the one that its input makes");
        }
    }

    /// <summary>
    /// What is announced while this is judged is on its way, not lost: of what waits at the beginning, everything must be gone in time.
    /// </summary>
    private async Task JudgeMessagesAsync(Verdict verdict, CancellationToken cancellationToken)
    {
        var last = await cluster.ReadAsync(db => db.Outbox.MaxAsync(row => (long?)row.Id, cancellationToken));
        var start = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (
            await cluster.ReadAsync(db => db.Outbox.AnyAsync(row => row.Id <= last, cancellationToken))
            && TimeProvider.System.GetElapsedTime(start) < Hang.Limit
        )
            await timer.WaitForNextTickAsync(cancellationToken);
        var (waiting, dead) = await cluster.ReadAsync(async db =>
            (await db.Outbox.CountAsync(row => row.Id <= last, cancellationToken), await db.DeadOutbox.CountAsync(cancellationToken))
        );
        if (waiting + dead > 0)
            verdict.Lost($"{waiting} messages wait in the outbox and {dead} are set aside");
        foreach (
            var queue in (await cluster.Broker.QueuesAsync(cancellationToken)).Where(queue =>
                queue.EndsWith("_error", StringComparison.Ordinal) || queue.EndsWith("_skipped", StringComparison.Ordinal)
            )
        )
        {
            if (await cluster.Broker.PeekCountAsync(queue, cancellationToken) is > 0 and var count)
                verdict.Lost($"{count} messages lie in {queue}");
        }
    }
}
