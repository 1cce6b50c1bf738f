using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Outputs;

/// <summary>
/// Records executed outputs and the cursor of one application in one transaction. Bytes that differ from ours stop the application.
/// </summary>
internal sealed class StoreExecutions(
    IUnitOfWork unit,
    IDatabaseProvider database,
    HaltApplication halt,
    ChainPolicy chain,
    TimeProvider clock
)
{
    public Task<ExecutionOutcome> StoreAsync(ExecutionBatch batch, CancellationToken cancellationToken) =>
        unit.ExecuteAsync((scope, token) => StoreAsync(scope, batch, token), cancellationToken);

    private async Task<ExecutionOutcome> StoreAsync(IWorkScope scope, ExecutionBatch batch, CancellationToken cancellationToken)
    {
        var (db, app) = (scope.Db, batch.Application);
        if (!await database.LockApplicationAsync(db, app.Id, batch.Reader, cancellationToken))
            return default;
        var indexes = batch.Events.Select(executed => executed.OutputIndex).Distinct().ToList();
        var outputs = await db
            .Outputs.Where(output => output.ApplicationId == app.Id && indexes.Contains(output.Index))
            .ToDictionaryAsync(output => output.Index, cancellationToken);
        var added = 0;
        foreach (var executed in batch.Events)
        {
            // The machine has not produced this output yet. Later executions wait too, and so does the cursor.
            if (!outputs.TryGetValue(executed.OutputIndex, out var output))
                return new ExecutionOutcome(added, executed.OutputIndex, false);
            if (!output.RawData.AsSpan().SequenceEqual(executed.Output))
                return await DivergeAsync(scope, batch, executed, output, cancellationToken);
            if (output.ExecutionTransactionHash == executed.Log.TransactionHash)
                continue;
            added += output.ExecutionTransactionHash is null ? 1 : 0;
            output.ExecutionTransactionHash = executed.Log.TransactionHash;
            output.ExecutionBlockNumber = executed.Log.BlockNumber;
            output.ExecutionBlockHash = executed.Log.BlockHash;
            output.IsProvisional = !chain.IsFinal;
            output.UpdatedAt = clock.GetUtcNow();
        }

        if ((ulong)added == batch.Missing)
            await db
                .Applications.Where(row => row.Id == app.Id && row.LastOutputCheckBlock < batch.ScanEnd)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(row => row.LastOutputCheckBlock, batch.ScanEnd)
                            .SetProperty(row => row.UpdatedAt, clock.GetUtcNow()),
                    cancellationToken
                );
        return new ExecutionOutcome(added, null, false);
    }

    private async Task<ExecutionOutcome> DivergeAsync(
        IWorkScope scope,
        ExecutionBatch batch,
        OutputExecuted executed,
        Output output,
        CancellationToken cancellationToken
    )
    {
        // Only the fault is kept from this range.
        scope.Db.ChangeTracker.Clear();
        var app = batch.Application;
        var reason =
            $"output {executed.OutputIndex} was executed on L1 in transaction {executed.Log.TransactionHash} with bytes of hash "
            + $"{Keccak256.Hash(executed.Output)}, but here it has {Keccak256.Hash(output.RawData)}. The machine or its template is "
            + $"not the one that made the accepted claim; nothing is run or claimed for this application any more.";
        await halt.ExecuteAsync(scope, app.Id, app.Name, app.Address, InoperableKind.Diverged, reason, cancellationToken);
        return new ExecutionOutcome(0, null, true);
    }
}
