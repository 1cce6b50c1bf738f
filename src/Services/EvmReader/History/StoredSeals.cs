using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>
/// Loads the newest seal of each application in one query. A seal settles the epoch before it, so the newest valid seal is that of
/// the oldest sealed epoch without a settlement: the epoch before the one that takes inputs, or an earlier one if settlements were
/// reverted.
/// </summary>
internal static class StoredSeals
{
    public static Task<Dictionary<int, StoredSeal>> LoadAsync(RollupsDbContext db, CancellationToken cancellationToken) =>
        (
            from app in db.Applications
            where app.ConsensusType == ConsensusType.Prt
            from epoch in db.Epochs
            where
                epoch.ApplicationId == app.Id
                && epoch.TournamentAddress != null
                && epoch.Index
                    == (
                        db.Epochs.Where(other =>
                                other.ApplicationId == app.Id
                                && other.TournamentAddress != null
                                && other.SettlementTransactionHash == null
                                && !new[] { EpochStatus.ClaimAccepted, EpochStatus.ClaimRejected }.Contains(other.Status)
                            )
                            .Min(other => (ulong?)other.Index)
                        ?? (db.Epochs.Where(other => other.ApplicationId == app.Id).Max(other => (ulong?)other.Index) - 1)
                    )
            select new
            {
                app.Id,
                Seal = new StoredSeal(
                    epoch.Index,
                    epoch.InputIndexLowerBound,
                    epoch.InputIndexUpperBound,
                    epoch.TournamentAddress!.Value,
                    epoch.LastBlock,
                    db.Epochs.Any(before =>
                        before.ApplicationId == app.Id
                        && before.Index + 1 == epoch.Index
                        && before.IsProvisional
                        && before.SettlementBlockNumber != null
                    )
                ),
            }
        ).ToDictionaryAsync(row => row.Id, row => row.Seal, cancellationToken);
}
