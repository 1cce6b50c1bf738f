using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Head;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Store;

/// <summary>
/// Idle applications do not cost one write per block: a single statement moves all their cursors once every so many blocks. This is
/// safe because their L1 counter equals the stored count.
/// </summary>
internal sealed class MoveIdleCursors(IUnitOfWork unit, IDatabaseProvider database, TimeProvider clock, IOptions<EvmReaderOptions> options)
{
    public async Task RunAsync(ObservedHead head, IReadOnlyList<ObservedApplication> applications, CancellationToken cancellationToken)
    {
        var inputs = Idle(app => app.Facts.Inputs == app.InputCount && !app.IsKnownFaulty && Lags(app.InputCursor));
        var outputs = Idle(app => app.Facts.Executed is { } executed && executed == app.State.Executed && Lags(app.OutputCursor));
        var seals = Idle(app => app.Facts.Sealed is { } current && current.Number + 1 == app.NextSeal && Lags(app.SealCursor));
        List<int> Idle(Func<ObservedApplication, bool> isIdle) => [.. applications.Where(isIdle).Select(app => app.Id)];
        bool Lags(ulong cursor) => head.Block - Math.Min(head.Block, cursor) >= (ulong)options.Value.IdleCursorBlocks;
        if (inputs.Count == 0 && outputs.Count == 0 && seals.Count == 0)
            return;
        await unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.HoldLeaseAsync(scope.Db, head.Lease, token))
                    return 0;
                var (now, block) = (clock.GetUtcNow(), head.Block);
                var moved =
                    inputs.Count == 0
                        ? 0
                        : await scope
                            .Db.Applications.Where(app => inputs.Contains(app.Id) && app.LastInputCheckBlock < block)
                            .ExecuteUpdateAsync(
                                set => set.SetProperty(app => app.LastInputCheckBlock, block).SetProperty(app => app.UpdatedAt, now),
                                token
                            );
                moved +=
                    seals.Count == 0
                        ? 0
                        : await scope
                            .Db.Applications.Where(app => seals.Contains(app.Id) && app.LastEpochCheckBlock < block)
                            .ExecuteUpdateAsync(
                                set => set.SetProperty(app => app.LastEpochCheckBlock, block).SetProperty(app => app.UpdatedAt, now),
                                token
                            );
                return moved
                    + (
                        outputs.Count == 0
                            ? 0
                            : await scope
                                .Db.Applications.Where(app => outputs.Contains(app.Id) && app.LastOutputCheckBlock < block)
                                .ExecuteUpdateAsync(
                                    set => set.SetProperty(app => app.LastOutputCheckBlock, block).SetProperty(app => app.UpdatedAt, now),
                                    token
                                )
                    );
            },
            cancellationToken
        );
    }
}
