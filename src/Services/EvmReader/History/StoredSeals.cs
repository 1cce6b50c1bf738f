using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>The newest stored seal of a PRT application that L1 has not taken back.</summary>
/// <param name="Number">Number of the epoch.</param>
/// <param name="InputIndexLowerBound">Index of its first input.</param>
/// <param name="InputIndexUpperBound">Index after its last input.</param>
/// <param name="Tournament">Its tournament.</param>
/// <param name="Block">L1 block of the seal.</param>
/// <param name="MayBeTakenBack">
/// True while that block is watched: the settlement that is the same log is taken back where it is gone.
/// </param>
internal sealed record StoredSeal(
    ulong Number,
    ulong InputIndexLowerBound,
    ulong InputIndexUpperBound,
    Address Tournament,
    ulong Block,
    bool MayBeTakenBack
)
{
    /// <summary>What L1 says otherwise at a block, or null.</summary>
    /// <param name="current">getCurrentSealedEpoch at that block.</param>
    /// <param name="block">Number of the block.</param>
    public string? ContradictedBy(CurrentSealedEpoch current, ulong block)
    {
        if (current.Number < Number && Block <= block)
            return $"epoch {Number} was sealed in block {Block} with tournament {Tournament}, but at block {block} the contract says that "
                + $"epoch {current.Number} was sealed last";
        return
            current.Number == Number
            && (current.InputIndexLowerBound, current.InputIndexUpperBound, current.Tournament)
                != (InputIndexLowerBound, InputIndexUpperBound, Tournament)
            ? $"epoch {Number} is stored as sealed with the inputs {InputIndexLowerBound} to {InputIndexUpperBound}, exclusive, and "
                + $"tournament {Tournament}, but at block {block} the contract says {current.InputIndexLowerBound} to "
                + $"{current.InputIndexUpperBound} and {current.Tournament}"
            : null;
    }
}

/// <summary>
/// Loads them, of all applications in one query. A seal settles the epoch before it, so the newest one that holds is that of the oldest
/// sealed epoch without a settlement: the epoch before the one that takes inputs, or an earlier one where settlements were taken back.
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
