using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Lifecycle;

/// <summary>Epochs whose saga is missing or differs from their row.</summary>
internal static class LaggingEpochs
{
    /// <summary>One epoch to reconcile.</summary>
    internal sealed record Found
    {
        public required int ApplicationId { get; init; }

        public required Address Application { get; init; }

        public required ulong EpochIndex { get; init; }
    }

    /// <summary>
    /// Unfinished epochs (few at any time; the index ix_epochs_unfinished holds no others), finished ones that changed at or after
    /// <paramref name="since"/> (index on updated_at), and finished ones whose saga is unfinished (few at any time; index on the state),
    /// because the clock that wrote updated_at may be behind: the length of the history does not matter.
    /// </summary>
    public static IQueryable<Found> Query(RollupsDbContext db, ulong chainId, DateTimeOffset since)
    {
        // An inline list reproduces the exact text of the index's filter, which SQLite requires.
        var unfinished = db.Epochs.Where(epoch => !new[] { EpochStatus.ClaimAccepted, EpochStatus.ClaimRejected }.Contains(epoch.Status));
        var changed = db.Epochs.Where(epoch =>
            epoch.UpdatedAt >= since && (epoch.Status == EpochStatus.ClaimAccepted || epoch.Status == EpochStatus.ClaimRejected)
        );
        return Compare(db, chainId, unfinished).Concat(Compare(db, chainId, changed)).Concat(Waiting(db, chainId, since));
    }

    /// <summary>Finished epochs, of any age, whose saga waits for the end. None of those that the other two queries return.</summary>
    private static IQueryable<Found> Waiting(RollupsDbContext db, ulong chainId, DateTimeOffset since) =>
        from saga in db.EpochLifecycles.Where(saga => saga.ChainId == chainId && EpochRowStory.Unfinished.Contains(saga.CurrentState))
        join application in db.Applications on saga.Application equals application.Address
        join epoch in db.Epochs
            on new { application.Id, saga.EpochIndex } equals new { Id = epoch.ApplicationId, EpochIndex = epoch.Index }
        where
            epoch.UpdatedAt < since
            // An expression, which no index serves: otherwise SQLite would begin with all finished epochs, not with these sagas.
            && saga.CurrentState
                != (
                    epoch.Status == EpochStatus.ClaimAccepted ? "Accepted"
                    : epoch.Status == EpochStatus.ClaimRejected ? "Rejected"
                    : saga.CurrentState
                )
        select new Found
        {
            ApplicationId = epoch.ApplicationId,
            Application = application.Address,
            EpochIndex = epoch.Index,
        };

    private static IQueryable<Found> Compare(RollupsDbContext db, ulong chainId, IQueryable<Epoch> epochs) =>
        from epoch in epochs
        join application in db.Applications on epoch.ApplicationId equals application.Id
        join known in db.EpochLifecycles.Where(saga => saga.ChainId == chainId)
            on new { Application = application.Address, EpochIndex = epoch.Index } equals new { known.Application, known.EpochIndex }
            into sagas
        from saga in sagas.DefaultIfEmpty()
        where
            saga == null
            || saga.CurrentState
                != (
                    epoch.Status == EpochStatus.Open ? "Opened"
                    : epoch.Status == EpochStatus.Closed ? "Closed"
                    : epoch.Status == EpochStatus.InputsProcessed ? "InputsProcessed"
                    : epoch.Status == EpochStatus.ClaimCalculated ? "ClaimCalculated"
                    : epoch.Status == EpochStatus.ClaimSubmitted ? "ClaimSubmitted"
                    : epoch.Status == EpochStatus.ClaimAccepted ? "Accepted"
                    : "Rejected"
                )
            || saga.ClaimRound != epoch.ClaimRound
            || (saga.ClaimRevertedAt == null && epoch.ClaimRevertedAt != null)
            || saga.OpenedAt == null
            || (saga.ClosedAt == null && epoch.ClosedAt != null)
            || (saga.InputsProcessedAt == null && epoch.InputsProcessedAt != null)
            || (saga.ClaimCalculatedAt == null && epoch.ClaimCalculatedAt != null)
            || (saga.ClaimSubmittedAt == null && epoch.ClaimSubmittedAt != null)
            || (saga.AcceptedAt == null && epoch.Status == EpochStatus.ClaimAccepted && epoch.ClaimSettledAt != null)
            || (saga.RejectedAt == null && epoch.Status == EpochStatus.ClaimRejected && epoch.ClaimSettledAt != null)
        select new Found
        {
            ApplicationId = epoch.ApplicationId,
            Application = application.Address,
            EpochIndex = epoch.Index,
        };
}
