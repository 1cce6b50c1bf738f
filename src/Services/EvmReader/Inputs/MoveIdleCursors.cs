using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Inputs;

/// <summary>
/// Idle applications do not cost one write per block: a single statement moves all their cursors once every so many blocks. This is
/// safe because their L1 counter equals the stored count.
/// </summary>
internal sealed class MoveIdleCursors(
    IUnitOfWork unit,
    IDatabaseProvider database,
    ReaderCache memory,
    TimeProvider clock,
    IOptions<EvmReaderOptions> options
)
{
    public async Task RunAsync(ObservedHead head, CancellationToken cancellationToken)
    {
        var lag = (ulong)options.Value.IdleCursorBlocks;
        var inputs = head
            .Applications.Where(app =>
                head.Block - app.InputCursor >= lag
                && head.Facts[app.Id].Inputs == app.InputCount
                && !memory.IsKnownFaulty(app.Id, app.InputCount)
            )
            .Select(app => app.Id)
            .ToList();
        var outputs = head
            .Applications.Where(app =>
                head.Block - app.OutputCursor >= lag
                && head.Facts[app.Id].Executed is { } executed
                && executed == memory.Executed.GetValueOrDefault(app.Id)
            )
            .Select(app => app.Id)
            .ToList();
        var seals = head
            .Applications.Where(app =>
                head.Block - Math.Min(head.Block, app.SealCursor) >= lag
                && head.Facts[app.Id].Sealed is { } current
                && current.Number + 1 == app.NextSeal
            )
            .Select(app => app.Id)
            .ToList();
        if (inputs.Count == 0 && outputs.Count == 0 && seals.Count == 0)
            return;
        await unit.ExecuteAsync(
            async (scope, token) =>
            {
                if (!await database.HoldLeaseAsync(scope.Db, head.Lease, token))
                    return 0;
                var now = clock.GetUtcNow();
                var moved =
                    inputs.Count == 0
                        ? 0
                        : await scope
                            .Db.Applications.Where(app => inputs.Contains(app.Id) && app.LastInputCheckBlock < head.Block)
                            .ExecuteUpdateAsync(
                                set => set.SetProperty(app => app.LastInputCheckBlock, head.Block).SetProperty(app => app.UpdatedAt, now),
                                token
                            );
                moved +=
                    seals.Count == 0
                        ? 0
                        : await scope
                            .Db.Applications.Where(app => seals.Contains(app.Id) && app.LastEpochCheckBlock < head.Block)
                            .ExecuteUpdateAsync(
                                set => set.SetProperty(app => app.LastEpochCheckBlock, head.Block).SetProperty(app => app.UpdatedAt, now),
                                token
                            );
                return moved
                    + (
                        outputs.Count == 0
                            ? 0
                            : await scope
                                .Db.Applications.Where(app => outputs.Contains(app.Id) && app.LastOutputCheckBlock < head.Block)
                                .ExecuteUpdateAsync(
                                    set =>
                                        set.SetProperty(app => app.LastOutputCheckBlock, head.Block)
                                            .SetProperty(app => app.UpdatedAt, now),
                                    token
                                )
                    );
            },
            cancellationToken
        );
    }
}
