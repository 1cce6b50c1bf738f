using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Head;
using Rollups.EvmReader.History;
using Rollups.EvmReader.Metrics;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Store;

/// <summary>
/// Stores what L1 no longer has as it was stored, each change in a transaction of its own: stops applications whose history is gone,
/// gives moved inputs the hashes of their new blocks, and reverts executions.
/// </summary>
internal sealed partial class StoreHistory(
    IServiceScopeFactory scopes,
    IUnitOfWork unit,
    IDatabaseProvider database,
    TimeProvider clock,
    ILogger logger
)
{
    private readonly HaltApplication _halt = new(clock, logger);

    /// <summary>Number of transactions that wrote something.</summary>
    public async Task<int> RunAsync(ObservedHead head, HistoryReport history, CancellationToken cancellationToken)
    {
        var written = 0;
        foreach (var change in history.Changes)
        {
            var isWritten = change switch
            {
                ReplacedHistory replaced => await HaltAsync(head, replaced, cancellationToken),
                MovedInputs moved => await MoveAsync(head, moved, cancellationToken),
                RevertedExecutions reverted => await RevertAsync(head, reverted, cancellationToken),
                _ => throw new InvalidOperationException($"A change of the history of kind {change.GetType().Name} cannot be stored."),
            };
            if (!isWritten)
                continue;
            written++;
            ReaderMetrics.Reorganised(
                change switch
                {
                    ReplacedHistory => "history",
                    MovedInputs => "inputs",
                    _ => "executions",
                }
            );
        }

        await ReleaseAsync(history, cancellationToken);
        return written;
    }

    private async Task<bool> HaltAsync(ObservedHead head, ReplacedHistory replaced, CancellationToken cancellationToken)
    {
        var app = replaced.Application;
        var halted = await LockedAsync(
            head,
            app.Id,
            async (scope, token) =>
            {
                await _halt.ForContradictionAsync(scope, app.Id, app.Name, app.Address, replaced.What, token);
                return true;
            },
            cancellationToken
        );
        if (halted)
        {
            app.State.IsReplaced = true;
            app.State.Missing.Clear();
            app.State.Lacking.Clear();
        }

        return halted;
    }

    private async Task<bool> MoveAsync(ObservedHead head, MovedInputs moved, CancellationToken cancellationToken)
    {
        var app = moved.Application;
        var written = await LockedAsync(
            head,
            app.Id,
            async (scope, token) =>
            {
                var now = clock.GetUtcNow();
                foreach (var block in moved.Blocks)
                    await scope
                        .Db.Inputs.Where(input =>
                            input.ApplicationId == app.Id && input.Index >= block.FirstInput && input.Index <= block.LastInput
                        )
                        .ExecuteUpdateAsync(
                            set => set.SetProperty(input => input.BlockHash, block.Hash).SetProperty(input => input.UpdatedAt, now),
                            token
                        );
                return true;
            },
            cancellationToken
        );
        if (!written)
            return false;
        var newest = moved.Blocks[^1];
        app.State.NewestInput = new NewestInput(newest.LastInput, newest.Number, newest.Hash);
        // They may be of blocks that are gone as well.
        app.State.Seals = null;
        LogMoved(logger, app.Name, app.Address, moved.ForkBlock, moved.Blocks[0].FirstInput, newest.LastInput);
        return true;
    }

    private async Task<bool> RevertAsync(ObservedHead head, RevertedExecutions reverted, CancellationToken cancellationToken)
    {
        var taken = 0;
        await LockedAsync(
            head,
            reverted.ApplicationId,
            async (scope, token) =>
            {
                var now = clock.GetUtcNow();
                await scope
                    .Db.Applications.Where(app => app.Id == reverted.ApplicationId && app.LastOutputCheckBlock > reverted.Cursor)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(app => app.LastOutputCheckBlock, reverted.Cursor).SetProperty(app => app.UpdatedAt, now),
                        token
                    );
                taken = await scope
                    .Db.Outputs.Where(output =>
                        output.ApplicationId == reverted.ApplicationId
                        && output.IsProvisional
                        && reverted.Blocks.Contains(output.ExecutionBlockHash!.Value)
                    )
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(output => output.ExecutionTransactionHash, (Hash32?)null)
                                .SetProperty(output => output.ExecutionBlockNumber, (ulong?)null)
                                .SetProperty(output => output.ExecutionBlockHash, (Hash32?)null)
                                .SetProperty(output => output.IsProvisional, false)
                                .SetProperty(output => output.UpdatedAt, now),
                        token
                    );
                return true;
            },
            cancellationToken
        );
        if (taken == 0)
            return false;
        reverted.State?.RestartOutputs();
        if (reverted.State is { Executed: { } executed } state)
            state.Executed = executed - Math.Min(executed, (ulong)taken);
        LogReverted(logger, reverted.Name, taken, reverted.Lowest);
        return true;
    }

    private async Task ReleaseAsync(HistoryReport history, CancellationToken cancellationToken)
    {
        if (history.FinalExecutions.Count == 0)
            return;
        var hashes = history.FinalExecutions.Select(block => block.Hash).ToList();
        await using var scope = scopes.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<RollupsDbContext>()
            .Outputs.Where(output => output.IsProvisional && hashes.Contains(output.ExecutionBlockHash!.Value))
            .ExecuteUpdateAsync(set => set.SetProperty(output => output.IsProvisional, false), cancellationToken);
    }

    /// <summary>False, and nothing written, if the application is gone or this replica is no longer the reader.</summary>
    private Task<bool> LockedAsync(
        ObservedHead head,
        int applicationId,
        Func<IWorkScope, CancellationToken, Task<bool>> write,
        CancellationToken cancellationToken
    ) =>
        unit.ExecuteAsync(
            async (scope, token) =>
                await database.LockApplicationAsync(scope.Db, applicationId, head.Lease, token) && await write(scope, token),
            cancellationToken
        );

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Application {Name} ({Application}): L1 was reorganised at or before block {Block}, but inputs {First} to {Last} are the same in "
            + "the new blocks. The application continues."
    )]
    private static partial void LogMoved(ILogger logger, string name, Address application, ulong block, ulong first, ulong last);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "{Application}: L1 has replaced block {Block} and with it reverted the execution of {Count} outputs. They count as not executed "
            + "until L1 has executed them again; there is nothing to do."
    )]
    private static partial void LogReverted(ILogger logger, string application, int count, ulong block);
}
