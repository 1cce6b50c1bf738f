using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Transactions;

namespace Rollups.Claimer;

/// <summary>
/// Advances the claim of each application's oldest unsettled epoch: compares it with the chain, records what is there, sends what is
/// missing.
/// </summary>
internal sealed class SettleClaims(
    IServiceScopeFactory scopes,
    ClaimViews views,
    ChainClaims claims,
    QuorumVotes votes,
    RecordClaims record,
    ISubmitClaims submit,
    [FromKeyedServices("claimer")] WatchClaims watch
) : IPendingWork
{
    // Epochs per application and turn.
    private const int StepsPerTurn = 20;

    /// <inheritdoc />
    public async Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken)
    {
        // Reverted claims are due again with it.
        await watch.LookAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var due = await db
            .Applications.Where(app =>
                app.State != ApplicationState.Removing
                && app.ConsensusType != ConsensusType.Prt
                && db.Epochs.Any(epoch =>
                    epoch.ApplicationId == app.Id
                    && (epoch.Status == EpochStatus.ClaimCalculated || epoch.Status == EpochStatus.ClaimSubmitted)
                )
            )
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        await views.ReadAheadAsync(due, cancellationToken);
        return due.ConvertAll(app => new WorkKey(app.Address));
    }

    /// <inheritdoc />
    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        var done = 0;
        // Taken even if it is not needed: a later run must not find it.
        var ahead = views.TakeAhead(key.Application);
        ClaimView? view = null;
        var searchedAgain = false;
        for (var step = 0; step < StepsPerTurn; step++)
        {
            if (await LoadAsync(key, cancellationToken) is not var (application, epoch))
            {
                if (step == 0)
                    await CountUnknownAsync(key, cancellationToken);
                return new WorkResult(done);
            }

            // Read the chain once per turn, and again after our own transaction was mined.
            claims.Begin(application, epoch);
            view ??= await views.ReadAsync(application, ahead, cancellationToken);
            ahead = null;
            if (view is null)
                return new WorkResult(done);
            switch (
                view.ConsensusChange is { } change && application.State != ApplicationState.Inoperable
                    ? Moved(await record.HaltedAsync(application, epoch, InoperableKind.Corrupted, change, cancellationToken))
                    : await SettleAsync(application, epoch, view, cancellationToken)
            )
            {
                case Step.Moved:
                    done++;
                    break;
                case Step.Mined when await views.ReadAsync(application, null, cancellationToken) is { } next && next.Top > view.Top:
                    view = next;
                    break;
                case Step.SearchAgain when !searchedAgain:
                    claims.SearchAgain(application, epoch);
                    (view, searchedAgain) = (null, true);
                    break;
                default:
                    // The next head wakes the work.
                    return new WorkResult(done);
            }
        }

        return new WorkResult(done, MoreDue: true);
    }

    private async Task<Step> SettleAsync(Application application, Epoch epoch, ClaimView view, CancellationToken cancellationToken)
    {
        if (application.State != ApplicationState.Enabled)
            return await ObserveAsync(application, epoch, view, cancellationToken);
        if (await JudgeBehindAsync(application, epoch, view.Found, cancellationToken) is var (judged, reason))
            return Moved(await record.HaltedAsync(application, judged, InoperableKind.Diverged, reason, cancellationToken));
        if (application.ConsensusType == ConsensusType.Quorum)
            await votes.ReportAsync(application, epoch, view.Found, view.Top, cancellationToken);
        var verdict = ClaimComparison.Compare(epoch, application.ConsensusType, submit.Account, view.Found.Submitted, view.Found.Accepted);
        switch (verdict.Standing)
        {
            case ClaimStanding.Accepted:
                return await AcceptAsync(application, epoch, verdict, view.Found, cancellationToken);
            case ClaimStanding.OutVoted:
                return Moved(await record.RejectedAsync(application, epoch, verdict.Claim!, verdict.Reason!, cancellationToken));
            case ClaimStanding.Diverged:
                return Moved(await record.HaltedAsync(application, epoch, InoperableKind.Diverged, verdict.Reason!, cancellationToken));
            case ClaimStanding.Submitted when epoch.Status == EpochStatus.ClaimCalculated:
                return Moved(await record.SubmittedAsync(application, epoch, verdict.Claim!, cancellationToken));
            case ClaimStanding.Missing when epoch.Status == EpochStatus.ClaimCalculated:
                return await submit.SubmitAsync(application, epoch, view.Top, cancellationToken) switch
                {
                    Submission.Mined => Step.Mined,
                    Submission.SearchAgain => Step.SearchAgain,
                    _ => Step.Nothing,
                };
            default:
                return Step.Nothing;
        }
    }

    /// <summary>
    /// A stopped application submits no claims, but L1's facts about its claims are recorded: an earlier transaction may be mined, a
    /// Quorum may decide.
    /// </summary>
    private async Task<Step> ObserveAsync(Application application, Epoch epoch, ClaimView view, CancellationToken cancellationToken)
    {
        var verdict = ClaimComparison.Compare(epoch, application.ConsensusType, submit.Account, view.Found.Submitted, view.Found.Accepted);
        switch (verdict.Standing)
        {
            case ClaimStanding.Accepted:
                return await AcceptAsync(application, epoch, verdict, view.Found, cancellationToken);
            case ClaimStanding.OutVoted:
                return Moved(await record.RejectedAsync(application, epoch, verdict.Claim!, verdict.Reason!, cancellationToken));
            case ClaimStanding.Submitted when epoch.Status == EpochStatus.ClaimCalculated:
                return Moved(await record.SubmittedAsync(application, epoch, verdict.Claim!, cancellationToken));
            case ClaimStanding.Diverged when application.ReasonKind is null or InoperableKind.Failed:
                // What an operator could enable again is now final: reported at once, not when the application is enabled again.
                return Moved(await record.HaltedAsync(application, epoch, InoperableKind.Diverged, verdict.Reason!, cancellationToken));
            default:
                return Step.Nothing;
        }
    }

    private async Task<Step> AcceptAsync(
        Application application,
        Epoch epoch,
        ClaimVerdict verdict,
        FoundClaims found,
        CancellationToken cancellationToken
    )
    {
        if (
            !await record.AcceptedAsync(
                application,
                epoch,
                verdict.Claim!,
                verdict.Ours,
                found.CursorAfter(epoch.LastBlock),
                cancellationToken
            )
        )
            return Step.Nothing;
        found.Judged(epoch.LastBlock);
        return Step.Moved;
    }

    /// <summary>
    /// Judges acceptances for epochs before this one; the reason to stop, with the epoch that was judged, or null. Everything before the
    /// oldest unsettled epoch is known.
    /// </summary>
    private async Task<(Epoch Judged, string Reason)?> JudgeBehindAsync(
        Application application,
        Epoch epoch,
        FoundClaims found,
        CancellationToken cancellationToken
    )
    {
        var behind = found.Accepted.Where(claim => claim.LastBlock < epoch.LastBlock).ToList();
        if (behind.Count > 0)
        {
            await using var scope = scopes.CreateAsyncScope();
            var epochs = scope
                .ServiceProvider.GetRequiredService<RollupsDbContext>()
                .Epochs.AsNoTracking()
                .Where(row => row.ApplicationId == application.Id);
            foreach (var claim in behind)
            {
                var index = claim.LastBlock / application.EpochLength;
                var own = await epochs.SingleOrDefaultAsync(
                    row => row.Index == index && row.LastBlock == claim.LastBlock,
                    cancellationToken
                );
                // Settled when this run began: its claim was taken back meanwhile, and this acceptance may be of a replaced block too.
                if (own is { Status: not (EpochStatus.ClaimAccepted or EpochStatus.ClaimRejected) })
                    continue;
                var isKnown =
                    own is null && await epochs.AnyAsync(row => row.OutputsMerkleRoot == claim.OutputsMerkleRoot, cancellationToken);
                if (ClaimComparison.Behind(application, claim, own, isKnown) is { } reason)
                    return (own ?? epoch, reason);
            }
        }

        // It is settled, and no epoch is claimed twice: its submissions need no check either.
        if (epoch.LastBlock > 0)
            found.Judged(epoch.LastBlock - 1);
        return null;
    }

    private async Task CountUnknownAsync(WorkKey key, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (
            !await scope
                .ServiceProvider.GetRequiredService<RollupsDbContext>()
                .Applications.AnyAsync(app => app.Address == key.Application, cancellationToken)
        )
            Telemetry.Ignore("claimer", IgnoredEvent.UnknownApplication);
    }

    /// <summary>
    /// The oldest unsettled epoch, if its claim is known; an earlier epoch without a claim holds back the later ones.
    /// </summary>
    private async Task<(Application Application, Epoch Epoch)?> LoadAsync(WorkKey key, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var pair = await (
            from app in db.Applications.AsNoTracking()
            join epoch in db.Epochs.AsNoTracking() on app.Id equals epoch.ApplicationId
            where
                app.Address == key.Application
                && app.State != ApplicationState.Removing
                && app.ConsensusType != ConsensusType.Prt
                && epoch.Status != EpochStatus.ClaimAccepted
                && epoch.Status != EpochStatus.ClaimRejected
            orderby epoch.Index
            select new { app, epoch }
        ).FirstOrDefaultAsync(cancellationToken);
        return pair?.epoch.Status is EpochStatus.ClaimCalculated or EpochStatus.ClaimSubmitted ? (pair.app, pair.epoch) : null;
    }

    private static Step Moved(bool moved) => moved ? Step.Moved : Step.Nothing;

    private enum Step
    {
        Nothing,
        Moved,
        Mined,
        SearchAgain,
    }
}
