using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.EvmReader.Epochs;

/// <summary>
/// A seal says how the epoch before it was settled. That is written once, into a row that exists, and the progress of the row stays as it is; seals that are
/// read again are only compared.
/// </summary>
internal sealed class SettleEpochs(TimeProvider clock)
{
    /// <summary>Writes the settlement of the epoch before the first new one, and the seal cursor; what contradicts the stored rows, or null.</summary>
    public async Task<string?> RunAsync(RollupsDbContext db, Application app, FoundSeals found, FormedEpochs formed, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (formed.SettlesStored is { } seal)
        {
            var settled = await db.Epochs.Where(row => row.ApplicationId == app.Id && row.Index == seal.Number - 1 && row.SettlementTransactionHash == null)
                .ExecuteUpdateAsync(set => Set(set.SetProperty(row => row.UpdatedAt, now), seal), cancellationToken);
            if (settled == 0)
                return $"epoch {seal.Number} was sealed in block {seal.Log.BlockNumber}, but epoch {seal.Number - 1} before it is missing or was settled already";
        }

        // Everything is read once every seal is taken; otherwise the blocks before the first that waits for its inputs.
        var cursor = formed.Waiting is { } waiting ? waiting.Log.BlockNumber - 1 : found.ReadTo;
        if (cursor > app.LastEpochCheckBlock)
        {
            await db.Applications.Where(row => row.Id == app.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastEpochCheckBlock, cursor).SetProperty(row => row.UpdatedAt, now), cancellationToken);
        }

        return null;
    }

    /// <summary>How the seal says that the epoch before it was settled.</summary>
    public static void Set(UpdateSettersBuilder<Epoch> set, EpochSealed seal) =>
        set.SetProperty(row => row.SettledMachineHash, seal.InitialMachineStateHash).SetProperty(row => row.SettledOutputsMerkleRoot, seal.OutputsMerkleRoot)
            .SetProperty(row => row.SettlementTransactionHash, seal.Log.TransactionHash);

    /// <summary>What seals that were read again say otherwise than the stored rows, or null.</summary>
    public static async Task<string?> ContradictionAsync(RollupsDbContext db, Application app, IReadOnlyList<EpochSealed> seals, CancellationToken cancellationToken)
    {
        if (seals.Count == 0)
            return null;
        var (first, last) = (seals[0].Number, seals[^1].Number);
        var stored = await db.Epochs.AsNoTracking()
            .Where(row => row.ApplicationId == app.Id && row.Index >= first && row.Index <= last && row.TournamentAddress != null).ToDictionaryAsync(row => row.Index, cancellationToken);
        foreach (var seal in seals)
        {
            if (stored.GetValueOrDefault(seal.Number) is { } row
                && (row.TournamentAddress, row.InputIndexLowerBound, row.InputIndexUpperBound, row.LastBlock) != (seal.Tournament, seal.InputIndexLowerBound, seal.InputIndexUpperBound, seal.Log.BlockNumber))
            {
                return $"epoch {seal.Number} is stored with the inputs {row.InputIndexLowerBound} to {row.InputIndexUpperBound}, exclusive, block {row.LastBlock} and tournament {row.TournamentAddress}, but it was sealed with {seal.InputIndexLowerBound} to {seal.InputIndexUpperBound}, block {seal.Log.BlockNumber} and {seal.Tournament}";
            }
        }

        return null;
    }
}
