using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Transactions;

namespace Rollups.Prt;

/// <summary>
/// Advances the oldest undecided epoch of each PRT application: records its tournament, compares it with our result, joins and settles.
/// </summary>
internal sealed class ResolveTournamentEpochs(
    IServiceScopeFactory scopes,
    IEthereumClient client,
    ChainPolicy chain,
    ObserveTournaments observe,
    RecordTournaments tournaments,
    TournamentHistory history,
    RecordOutcomes record,
    IPlayTournaments play,
    OpenTournaments open,
    UnplayedMatches unplayed,
    LookAtMatches matches,
    LapsedMatches lapsed,
    [FromKeyedServices("prt")] WatchClaims watch
) : IPendingWork
{
    // Epochs per application and turn.
    private const int StepsPerTurn = 20;

    // Leaves of an epoch as a power of two: with another number it is a different game.
    private const ulong RootHeight = 48;

    /// <inheritdoc />
    public async Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken)
    {
        // Reverted epochs are due again with it.
        await watch.LookAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var due = await db
            .Applications.Where(app =>
                (app.State == ApplicationState.Enabled || app.State == ApplicationState.Disabled)
                && app.ConsensusType == ConsensusType.Prt
                && (
                    db.Epochs.Any(epoch =>
                        epoch.ApplicationId == app.Id
                        && (epoch.Status == EpochStatus.ClaimCalculated || epoch.Status == EpochStatus.ClaimSubmitted)
                    ) || db.Transactions.Any(row => row.ApplicationId == app.Id && row.State == TransactionState.Pending)
                )
            )
            .Select(app => app.Address)
            .ToListAsync(cancellationToken);
        return due.ConvertAll(address => new WorkKey(address));
    }

    /// <inheritdoc />
    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        var done = 0;
        for (var step = 0; step < StepsPerTurn; step++)
        {
            var loaded = await LoadAsync(key, cancellationToken);
            if (loaded?.Epoch is null && key.Application is { } application)
                lapsed.Release(application);
            if (loaded is not { } due || await client.GetBlockAsync(chain.Tag, cancellationToken) is not { } top)
            {
                open.Forget(key);
                return new WorkResult(done);
            }

            var isFinishing = await play.FinishAsync(due.Application, due.Answered, top.Number, cancellationToken);
            var (moved, wait) = due.Epoch is null
                ? (0, new Waiting([], ulong.MaxValue))
                : await DecideAsync(due.Application, due.Epoch, mayPlay: !isFinishing, top, cancellationToken);
            done += moved;
            if (wait is not null)
            {
                return new WorkResult(done, MoreDue: open.Wait(key, wait.Tournaments, isFinishing ? 0 : wait.Block, top.Number));
            }
        }

        return new WorkResult(done, MoreDue: true);
    }

    /// <summary>The number of moves made, and what to wait for; null to check again at once.</summary>
    private async Task<(int Moved, Waiting? Wait)> DecideAsync(
        Application application,
        Epoch epoch,
        bool mayPlay,
        BlockHeader block,
        CancellationToken cancellationToken
    )
    {
        var top = block.Number;
        if (
            await history.HoldAsync(
                application,
                epoch,
                await tournaments.LoadAsync(application, epoch, cancellationToken),
                block,
                cancellationToken
            )
            is not { } known
        )
            return (0, new Waiting([], 0));
        var observed = await ObserveAsync(application, epoch, known, block, cancellationToken);
        if (observed is null)
            return (0, null);
        if (observed.Root is { } root && root.Height != RootHeight)
        {
            return Moved(
                await record.HaltedAsync(
                    application,
                    epoch,
                    InoperableKind.Failed,
                    $"prt_tournament_height: the tournament {root.Address} of epoch {epoch.Index} has commitments of height {root.Height}, "
                        + $"and this node makes them of height {RootHeight}. Run a node that speaks this deployment's version of Dave.",
                    cancellationToken
                )
            );
        }

        var outcome = EpochOutcome.Of(epoch, observed);
        var ours = observed.Ours(epoch);
        if (outcome.Standing is EpochStanding.Accepted or EpochStanding.Rejected)
            lapsed.Release(application.Address);
        switch (outcome.Standing)
        {
            case EpochStanding.Accepted:
                if (!await record.AcceptedAsync(application, epoch, ours, cancellationToken))
                    return Moved(false);
                await play.RecoverBondAsync(application, epoch, observed, top, cancellationToken);
                return (1, null);
            case EpochStanding.Rejected:
                var reason = ours is null
                    ? await history.WithLostJoinAsync(application, epoch, outcome.Reason!, cancellationToken)
                    : outcome.Reason!;
                return Moved(
                    await record.RejectedAsync(
                        application,
                        epoch,
                        outcome.AcceptedOutputsMerkleRoot,
                        InoperableKind.Diverged,
                        reason,
                        cancellationToken
                    )
                );
            case EpochStanding.Joined when epoch.Status == EpochStatus.ClaimCalculated:
                return Moved(await record.SubmittedAsync(application, epoch, ours!, cancellationToken));
        }

        unplayed.Report(application, epoch, observed.OurMatches(epoch));
        // A disabled application whose commitment has not joined does nothing in the tournament.
        var plays = play.Sends && (application.State == ApplicationState.Enabled || ours is not null);
        var now = await matches.LookAsync(application, epoch, observed, top, plays, cancellationToken);
        // One transaction per application at a time: the next waits until the last one has ended.
        if (!mayPlay)
            return (0, new Waiting(observed.Open, 0));
        var played = await play.PlayAsync(application, epoch, observed, now, top, cancellationToken);
        return played.Step == PlayStep.LookAgain
            ? (0, null)
            : (0, new Waiting(observed.Open, Math.Min(played.LookAt, Deadline(observed, top))));
    }

    /// <summary>The stored tournaments, once the news up to the block are stored too; null if another replica was faster.</summary>
    private async Task<ObservedTournaments?> ObserveAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments known,
        BlockHeader block,
        CancellationToken cancellationToken
    )
    {
        var top = block.Number;
        // A lagging endpoint may not have the seal's own block yet.
        if (top < epoch.LastBlock || (known.Root is { FinishedAtBlock: not null } && known.Open.Count == 0))
            return known;
        var advances = await tournaments.CountAdvancesAsync(application, epoch, cancellationToken);
        var news = await observe.LookAsync(application, epoch, known, Counts, block, cancellationToken);
        if (news.Count == 0)
            return known;
        if (!await tournaments.StoreAsync(application, epoch, news, top, cancellationToken))
            return null;
        history.Remember(application, epoch, block);
        return await tournaments.LoadAsync(application, epoch, cancellationToken);

        ulong[] Counts(Address tournament) =>
            [
                (ulong)known.Commitments.Count(row => row.TournamentAddress == tournament),
                (ulong)known.Matches.Count(row => row.TournamentAddress == tournament),
                advances.GetValueOrDefault(tournament),
                (ulong)known.Matches.Count(row => row.TournamentAddress == tournament && row.Deletion != MatchDeletion.NotDeleted),
                (ulong)known.Tournaments.Count(row => row.ParentAddress == tournament),
            ];
    }

    /// <summary>Block at which the first tournament closes, which no log announces; the next head if that is unknown.</summary>
    private static ulong Deadline(ObservedTournaments observed, ulong top) =>
        observed.Root is null
            ? 0
            : observed
                .Tournaments.Where(tournament => tournament.FinishedAtBlock is null)
                .Select(tournament =>
                    tournament.Allowance == 0 ? 0
                    : tournament.StartBlock + tournament.Allowance > top ? tournament.StartBlock + tournament.Allowance
                    : ulong.MaxValue
                )
                .Append(ulong.MaxValue)
                .Min();

    /// <summary>
    /// The application, its oldest undecided epoch if its claim is known, and the answered epochs with a pending transaction; null if
    /// nothing is due.
    /// </summary>
    private async Task<Due?> LoadAsync(WorkKey key, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var application = await db.Applications.SingleOrDefaultAsync(
            app =>
                app.Address == key.Application
                // A disabled one plays the tournaments that it has joined, and joins no other.
                && (app.State == ApplicationState.Enabled || app.State == ApplicationState.Disabled)
                && app.ConsensusType == ConsensusType.Prt,
            cancellationToken
        );
        if (application is null)
        {
            if (!await db.Applications.AnyAsync(app => app.Address == key.Application, cancellationToken))
                Telemetry.Ignore("prt", IgnoredEvent.UnknownApplication);
            return null;
        }

        var epochs = db.Epochs.Where(epoch => epoch.ApplicationId == application.Id);
        var oldest = await epochs
            .Where(epoch => epoch.Status != EpochStatus.ClaimAccepted && epoch.Status != EpochStatus.ClaimRejected)
            .OrderBy(epoch => epoch.Index)
            .FirstOrDefaultAsync(cancellationToken);
        var answered = await epochs
            .Where(epoch =>
                (epoch.Status == EpochStatus.ClaimAccepted || epoch.Status == EpochStatus.ClaimRejected)
                && db.Transactions.Any(row =>
                    row.ApplicationId == epoch.ApplicationId && row.EpochIndex == epoch.Index && row.State == TransactionState.Pending
                )
            )
            .ToListAsync(cancellationToken);
        var undecided = oldest?.Status is EpochStatus.ClaimCalculated or EpochStatus.ClaimSubmitted ? oldest : null;
        return undecided is null && answered.Count == 0 ? null : new Due(application, undecided, answered);
    }

    /// <summary>
    /// If not, the epoch has changed since it was loaded: what was read about it is void, and the next head decides anew.
    /// </summary>
    private static (int Moved, Waiting? Wait) Moved(bool moved) => moved ? (1, null) : (0, new Waiting([], 0));

    private sealed record Due(Application Application, Epoch? Epoch, IReadOnlyList<Epoch> Answered);

    /// <param name="Tournaments">Tournaments whose logs wake the work.</param>
    /// <param name="Block">Block that wakes it without a log.</param>
    private sealed record Waiting(IReadOnlyList<Address> Tournaments, ulong Block);
}
