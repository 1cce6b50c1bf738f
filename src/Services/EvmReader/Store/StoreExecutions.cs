using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Form;
using Rollups.EvmReader.Head;
using Rollups.EvmReader.Logs;
using Rollups.EvmReader.Metrics;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Store;

/// <summary>
/// Records executed outputs and the cursor of one application, one transaction per batch. Bytes that differ from ours stop the
/// application. A failure of one application does not affect the others; an outage of the database ends the pass, which the runner
/// repeats.
/// </summary>
internal sealed partial class StoreExecutions(
    IUnitOfWork unit,
    IDatabaseProvider database,
    ChainPolicy chain,
    ApplicationSight sight,
    TimeProvider clock,
    ILogger logger
)
{
    private readonly HaltApplication _halt = new(clock, logger);

    /// <summary>
    /// The number of transactions that changed something, and whether the blocks after those that were read are due at once.
    /// </summary>
    public async Task<WorkResult> RunAsync(
        ObservedHead head,
        ObservedApplication app,
        IReadOnlyList<ExecutionBatch> batches,
        ulong to,
        CancellationToken cancellationToken
    )
    {
        var (done, moreDue) = (0, false);
        try
        {
            foreach (var batch in batches)
            {
                if (
                    await unit.ExecuteAsync((scope, token) => StoreAsync(scope, head, app, batch, token), cancellationToken)
                    is not { } outcome
                )
                    return new WorkResult(done);
                done += outcome.Added > 0 || outcome.Diverged ? 1 : 0;
                if (!Remember(app, outcome))
                    return new WorkResult(done);
            }

            moreDue = IsMoreDue(head, app, to, done > 0);
        }
        catch (Exception exception)
            when (exception is not (OperationCanceledException or EthereumUnreachableException) && !database.IsOutage(exception))
        {
            LogFailed(logger, exception, app.Name, app.Address);
        }

        return new WorkResult(done, moreDue);
    }

    /// <summary>Judges what is recorded after a step: only the counter at the head proves that nothing is missing.</summary>
    private bool IsMoreDue(ObservedHead head, ObservedApplication app, ulong to, bool hasAdded)
    {
        if (Recorded(app) == OnChain(app))
        {
            app.State.RestartOutputs();
            sight.LacksNothing(app, ReadLogs.ExecutionLogs);
        }
        else if (to != head.Block)
        {
            app.State.CompleteOutputStep(to);
            if (hasAdded)
                sight.LacksNothing(app, ReadLogs.ExecutionLogs);
            return true;
        }
        else if (Recorded(app) > OnChain(app))
            LogIncomplete(logger, app.Name, app.Address, head.Block, Incomplete(app));
        // Logs that follow late are in the newest blocks. If that lasts, an earlier step may lack them.
        else if (sight.Lacks(app, ReadLogs.ExecutionLogs, head.Block, Incomplete(app)))
            app.State.RestartOutputs();
        return false;
    }

    private static ulong OnChain(ObservedApplication app) => app.Facts.Executed!.Value;

    private static ulong Recorded(ObservedApplication app) => app.State.Executed ?? 0;

    private static string Incomplete(ObservedApplication app) =>
        $"L1 counts {OnChain(app)} executed outputs, but after reading the logs {Recorded(app)} are recorded";

    /// <summary>False if the batches after this one cannot be recorded either.</summary>
    private bool Remember(ObservedApplication app, ExecutionOutcome outcome)
    {
        app.State.Executed = Recorded(app) + (ulong)outcome.Added;
        ReaderMetrics.Executed(outcome.Added);
        if (outcome.Diverged)
            app.State.DivergedAt = OnChain(app);
        if (outcome.Awaited is { } awaited)
        {
            app.State.AwaitedOutput = awaited.OutputIndex;
            // Reading continues at its block, not at the cursor, which stays until nothing is awaited any more.
            var before = awaited.Log.BlockNumber - 1;
            if (before > app.OutputCursor)
                app.State.CompleteOutputStep(before);
            LogAwaited(logger, app.Name, app.Address, awaited.OutputIndex);
        }

        var isRead = !outcome.Diverged && outcome.Awaited is null;
        // Nothing more is read for now, so nothing is missing.
        if (!isRead)
            sight.LacksNothing(app, ReadLogs.ExecutionLogs);
        return isRead;
    }

    /// <summary>Null, and nothing written, if the application is gone or this replica is no longer the reader.</summary>
    private async Task<ExecutionOutcome?> StoreAsync(
        IWorkScope scope,
        ObservedHead head,
        ObservedApplication app,
        ExecutionBatch batch,
        CancellationToken cancellationToken
    )
    {
        var db = scope.Db;
        if (!await database.LockApplicationAsync(db, app.Id, head.Lease, cancellationToken))
            return null;
        var indexes = batch.Events.Select(executed => executed.OutputIndex).Distinct().ToList();
        var outputs = await db
            .Outputs.Where(output => output.ApplicationId == app.Id && indexes.Contains(output.Index))
            .ToDictionaryAsync(output => output.Index, cancellationToken);
        var added = 0;
        foreach (var executed in batch.Events)
        {
            // The machine has not produced this output yet. Later executions wait too, and so does the cursor.
            if (!outputs.TryGetValue(executed.OutputIndex, out var output))
                return new ExecutionOutcome(added, executed, false);
            if (!output.RawData.AsSpan().SequenceEqual(executed.Output))
                return await DivergeAsync(scope, app, executed, output, cancellationToken);
            if (output.ExecutionTransactionHash == executed.Log.TransactionHash)
                continue;
            added += output.ExecutionTransactionHash is null ? 1 : 0;
            output.ExecutionTransactionHash = executed.Log.TransactionHash;
            output.ExecutionBlockNumber = executed.Log.BlockNumber;
            output.ExecutionBlockHash = executed.Log.BlockHash;
            output.IsProvisional = !chain.IsFinal;
            output.UpdatedAt = clock.GetUtcNow();
        }

        // The cursor moves only if this batch records all that L1 counts and that was not recorded before.
        if ((ulong)added == OnChain(app) - Recorded(app))
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
        ObservedApplication app,
        OutputExecuted executed,
        Output output,
        CancellationToken cancellationToken
    )
    {
        // Only the fault is kept from this range.
        scope.Db.ChangeTracker.Clear();
        var reason =
            $"output {executed.OutputIndex} was executed on L1 in transaction {executed.Log.TransactionHash} with bytes of hash "
            + $"{Keccak256.Hash(executed.Output)}, but here it has {Keccak256.Hash(output.RawData)}. The machine or its template is "
            + $"not the one that made the accepted claim; nothing is run or claimed for this application any more.";
        await _halt.ExecuteAsync(scope, app.Id, app.Name, app.Address, InoperableKind.Diverged, reason, cancellationToken);
        return new ExecutionOutcome(0, null, true);
    }

    /// <summary>The result of recording a batch of executions.</summary>
    /// <param name="Added">Number of outputs newly recorded as executed.</param>
    /// <param name="Awaited">The execution of an output that the machine here has not produced yet, or null.</param>
    /// <param name="Diverged">True if the executed bytes differ from ours: the application is inoperable.</param>
    private readonly record struct ExecutionOutcome(int Added, OutputExecuted? Awaited, bool Diverged);

    [LoggerMessage(
        1,
        LogLevel.Error,
        "The executed outputs of application {Name} ({Application}) could not be recorded. Its cursor stays, and the node reads them again "
            + "at the next head."
    )]
    private static partial void LogFailed(ILogger logger, Exception exception, string name, Address application);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "Application {Name} ({Application}): output {Index} was executed on L1, but the machine here has not produced it yet. The node "
            + "records the execution once it has."
    )]
    private static partial void LogAwaited(ILogger logger, string name, Address application, ulong index);

    [LoggerMessage(
        3,
        LogLevel.Error,
        "Application {Name} ({Application}), up to block {Block}: {Problem}. The node reads them again at the next head."
    )]
    private static partial void LogIncomplete(ILogger logger, string name, Address application, ulong block, string problem);
}
