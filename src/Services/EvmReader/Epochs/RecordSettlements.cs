using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Epochs;

/// <summary>
/// A seal says how the epoch before it was settled. That is written once, into a row that exists, and the progress of the row stays as it
/// is; seals that are read again are only compared.
/// </summary>
internal sealed class RecordSettlements(ChainPolicy chain, TimeProvider clock)
{
    /// <summary>
    /// Writes the settlement of the epoch before the first new one, and the seal cursor; what contradicts the stored rows, or null.
    /// </summary>
    public async Task<string?> RunAsync(
        IWorkScope scope,
        Application app,
        FoundSeals found,
        FormedEpochs formed,
        CancellationToken cancellationToken
    )
    {
        var (db, now) = (scope.Db, clock.GetUtcNow());
        // Only those that are stored; the new ones are written with their epochs.
        foreach (var again in found.Seals.TakeWhile(seal => formed.Epochs.Count == 0 || seal.Number < formed.Epochs[0].Index))
            await SealAgainAsync(scope, app, again, now, cancellationToken);
        if (formed.SettlesStored is { } seal)
        {
            var settled = await db
                .Epochs.Where(row => row.ApplicationId == app.Id && row.Index == seal.Number - 1 && row.SettlementTransactionHash == null)
                .ExecuteUpdateAsync(set => By(seal).WriteTo(set.SetProperty(row => row.UpdatedAt, now)), cancellationToken);
            if (settled == 0)
                return $"epoch {seal.Number} was sealed in block {seal.Log.BlockNumber}, but epoch {seal.Number - 1} before it is missing "
                    + $"or was settled already";
        }

        // Everything is read once every seal is taken; otherwise the blocks before the first that waits for its inputs.
        var cursor = formed.Waiting is { } waiting ? waiting.Log.BlockNumber - 1 : found.ReadTo;
        if (cursor > app.LastEpochCheckBlock)
        {
            await db
                .Applications.Where(row => row.Id == app.Id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.LastEpochCheckBlock, cursor).SetProperty(row => row.UpdatedAt, now),
                    cancellationToken
                );
        }

        return null;
    }

    /// <summary>
    /// What seals that were read again say otherwise than the stored rows, or null; and whether it may be so only until the seal is known
    /// to be taken back.
    /// </summary>
    public static async Task<(string? What, bool MayBeTakenBack)> ContradictionAsync(
        RollupsDbContext db,
        Application app,
        IReadOnlyList<EpochSealed> seals,
        CancellationToken cancellationToken
    )
    {
        if (seals.Count == 0)
            return default;
        var (first, last) = (seals[0].Number - Math.Min(1, seals[0].Number), seals[^1].Number);
        var stored = await db
            .Epochs.AsNoTracking()
            .Where(row => row.ApplicationId == app.Id && row.Index >= first && row.Index <= last && row.TournamentAddress != null)
            .ToDictionaryAsync(row => row.Index, cancellationToken);
        foreach (var seal in seals)
        {
            if (stored.GetValueOrDefault(seal.Number) is not { } row)
                continue;
            var before = seal.Number == 0 ? null : stored.GetValueOrDefault(seal.Number - 1);
            var isSame =
                (row.InputIndexLowerBound, row.InputIndexUpperBound) == (seal.InputIndexLowerBound, seal.InputIndexUpperBound)
                // A seal that was taken back may come again in another block, and with another tournament.
                && (
                    before is { SettlementTransactionHash: null }
                    || (row.TournamentAddress, row.LastBlock) == (seal.Tournament, seal.Log.BlockNumber)
                );
            if (!isSame)
            {
                return (
                    $"epoch {seal.Number} is stored with the inputs {row.InputIndexLowerBound} to {row.InputIndexUpperBound}, exclusive, "
                        + $"block {row.LastBlock} and tournament {row.TournamentAddress}, but it was sealed with "
                        + $"{seal.InputIndexLowerBound} to {seal.InputIndexUpperBound}, block {seal.Log.BlockNumber} and {seal.Tournament}",
                    before is { IsProvisional: true, SettlementBlockNumber: not null }
                );
            }
        }

        return default;
    }

    /// <summary>
    /// A seal that was taken back with its block is there again, with the same inputs: its row and the next get the new block, and the
    /// epoch before is settled again. In this order, because only a seal without the settlement that it is may change. It is announced like
    /// the first, at the time of the first: prt waits for it.
    /// </summary>
    private async Task SealAgainAsync(
        IWorkScope scope,
        Application app,
        EpochSealed seal,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (seal.Number == 0)
            return;
        var (db, applicationId, before, block) = (scope.Db, app.Id, seal.Number - 1, seal.Log.BlockNumber);
        if (!await scope.Transitions.SealAgainAsync(app, seal, now, cancellationToken))
            return;
        var rows = db.Epochs.Where(row => row.ApplicationId == applicationId);
        var next = seal.Number + 1;
        await rows.Where(row => row.Index == next && row.FirstBlock != block)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.FirstBlock, block)
                        .SetProperty(row => row.LastBlock, row => row.LastBlock < block ? block : row.LastBlock)
                        .SetProperty(row => row.UpdatedAt, now),
                cancellationToken
            );
        await db
            .Tournaments.Where(row =>
                row.ApplicationId == applicationId && row.EpochIndex == seal.Number && row.Level == 0 && row.Address != seal.Tournament
            )
            .ExecuteDeleteAsync(cancellationToken);
        await rows.Where(row => row.Index == before)
            .ExecuteUpdateAsync(set => By(seal).WriteTo(set.SetProperty(row => row.UpdatedAt, now)), cancellationToken);
    }

    private EpochSettlement By(EpochSealed seal) => EpochSettlement.By(seal, !chain.IsFinal);
}
