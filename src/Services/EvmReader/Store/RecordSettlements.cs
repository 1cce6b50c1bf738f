using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Form;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Store;

/// <summary>
/// A seal contains the settlement of the epoch before it. The settlement is written once, into an existing row, and does not change
/// the row's progress; seals that are read again are only compared.
/// </summary>
internal sealed class RecordSettlements(ChainPolicy chain, TimeProvider clock)
{
    /// <summary>
    /// Writes the settlement of the epoch before the first new one, and the seal cursor. Returns the contradiction with the stored
    /// rows, or null.
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
        // Only the stored ones; new seals are written with their epochs.
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

        // If every seal was used, everything is read; otherwise only the blocks before the first seal that waits for its inputs.
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
    /// How seals that were read again contradict the stored rows, or null; and whether the contradiction may last only until the
    /// reverted seal is detected.
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
                // A reverted seal may be mined again in another block, with another tournament.
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
    /// A seal that was reverted with its block was mined again with the same inputs: its row and the next get the new block, and the
    /// epoch before is settled again. The order matters: a seal may change only while its settlement is unset. The event is published
    /// like the first one and with the time of the first, because prt waits for it.
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
