using Microsoft.EntityFrameworkCore;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>The newest stored seal of a PRT application.</summary>
/// <param name="Number">Number of the epoch.</param>
/// <param name="InputIndexLowerBound">Index of its first input.</param>
/// <param name="InputIndexUpperBound">Index after its last input.</param>
/// <param name="Tournament">Its tournament.</param>
/// <param name="Block">L1 block of the seal.</param>
internal sealed record StoredSeal(ulong Number, ulong InputIndexLowerBound, ulong InputIndexUpperBound, Address Tournament, ulong Block)
{
    /// <summary>What L1 says otherwise at a block, or null.</summary>
    /// <param name="current">getCurrentSealedEpoch at that block.</param>
    /// <param name="block">Number of the block.</param>
    public string? ContradictedBy(CurrentSealedEpoch current, ulong block)
    {
        if (current.Number < Number && Block <= block)
            return $"epoch {Number} was sealed in block {Block} with tournament {Tournament}, but at block {block} the contract says that epoch {current.Number} was sealed last";
        return current.Number == Number
            && (current.InputIndexLowerBound, current.InputIndexUpperBound, current.Tournament) != (InputIndexLowerBound, InputIndexUpperBound, Tournament)
            ? $"epoch {Number} is stored as sealed with the inputs {InputIndexLowerBound} to {InputIndexUpperBound}, exclusive, and tournament {Tournament}, but at block {block} the contract says {current.InputIndexLowerBound} to {current.InputIndexUpperBound} and {current.Tournament}"
            : null;
    }
}

/// <summary>Loads them, of all applications in one query: the epoch before the one that takes inputs.</summary>
internal static class StoredSeals
{
    public static Task<Dictionary<int, StoredSeal>> LoadAsync(RollupsDbContext db, CancellationToken cancellationToken) => (
        from app in db.Applications
        where app.ConsensusType == ConsensusType.Prt
        from epoch in db.Epochs
        where epoch.ApplicationId == app.Id && epoch.TournamentAddress != null && epoch.Index + 1 == db.Epochs.Where(other => other.ApplicationId == app.Id).Max(other => other.Index)
        select new { app.Id, Seal = new StoredSeal(epoch.Index, epoch.InputIndexLowerBound, epoch.InputIndexUpperBound, epoch.TournamentAddress!.Value, epoch.LastBlock) })
        .ToDictionaryAsync(row => row.Id, row => row.Seal, cancellationToken);
}
