using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Form;
using Rollups.EvmReader.Head;
using Rollups.EvmReader.History;
using Rollups.EvmReader.Metrics;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Store;

/// <summary>
/// Writes inputs, epochs, cursor and events of one application, one transaction per batch. A failure of one application does not affect
/// the others; an outage of the database ends the pass, which the runner repeats.
/// </summary>
internal sealed partial class StoreInputs(
    IUnitOfWork unit,
    IDatabaseProvider database,
    ChainPolicy chain,
    TimeProvider clock,
    ILogger logger
)
{
    private readonly HaltApplication _halt = new(clock, logger);
    private readonly RecordSettlements _settle = new(chain, clock);

    /// <summary>
    /// Stores the batches in their order until one cannot be stored. Returns the number of transactions that stored something, and
    /// whether everything was stored.
    /// </summary>
    public async Task<(int Done, bool IsComplete)> RunAsync(
        ObservedHead head,
        ObservedApplication app,
        IEnumerable<InputBatch> batches,
        CancellationToken cancellationToken
    )
    {
        var done = 0;
        try
        {
            foreach (var batch in batches)
            {
                var outcome = await unit.ExecuteAsync((scope, token) => StoreAsync(scope, head, app.Id, batch, token), cancellationToken);
                if (outcome == StoreOutcome.Faulty)
                    app.State.FaultyAt = app.Facts.Inputs;
                if (outcome != StoreOutcome.Stored)
                    return (done, false);
                done++;
                ReaderMetrics.Stored(batch.New.Count);
                if (batch.New.Count > 0)
                    app.State.NewestInput = new(batch.New[^1].Index, batch.New[^1].Log.BlockNumber, batch.New[^1].Log.BlockHash);
            }

            return (done, true);
        }
        catch (Exception exception)
            when (exception is not (OperationCanceledException or EthereumUnreachableException) && !database.IsOutage(exception))
        {
            LogFailed(logger, exception, app.Name, app.Address);
            return (done, false);
        }
    }

    private async Task<StoreOutcome> StoreAsync(
        IWorkScope scope,
        ObservedHead head,
        int applicationId,
        InputBatch batch,
        CancellationToken cancellationToken
    )
    {
        var db = scope.Db;
        if (!await database.LockApplicationAsync(db, applicationId, head.Lease, cancellationToken))
            return StoreOutcome.Superseded;
        var app = await db.Applications.AsNoTracking().SingleAsync(row => row.Id == applicationId, cancellationToken);
        var lastInput = await db
            .Inputs.Where(input => input.ApplicationId == app.Id)
            .MaxAsync(input => (ulong?)input.Index, cancellationToken);
        if (app.State == ApplicationState.Removing || (lastInput + 1 ?? 0) != batch.Stored)
            return StoreOutcome.Superseded;

        var newest = await db
            .Epochs.AsNoTracking()
            .Where(epoch => epoch.ApplicationId == app.Id)
            .OrderByDescending(epoch => epoch.VirtualIndex)
            .FirstOrDefaultAsync(cancellationToken);
        var formed = FormEpochs.Of(app, newest, batch);
        var conflict =
            await LogIdentity.FindChangedLogAsync(db, app.Id, batch.Known, cancellationToken)
            ?? await LogIdentity.FindReusedLogAsync(db, app.Id, batch.New, cancellationToken);
        if (conflict is not null)
            return await HaltAsync(scope, app, conflict, cancellationToken);
        var (replaced, mayBeTakenBack) = await RecordSettlements.ContradictionAsync(db, app, batch.Seals.Seals, cancellationToken);
        if (mayBeTakenBack)
            return StoreOutcome.Superseded;
        if (replaced is not null)
            return await HaltAsync(scope, app, $"L1 and the stored epochs contradict each other: {replaced}", cancellationToken);
        if (formed.Fault is { } fault)
            return await HaltAsync(scope, app, $"L1 and the stored epochs contradict each other: {fault}", cancellationToken);

        if (await _settle.RunAsync(scope, app, batch.Seals, formed, cancellationToken) is { } contradiction)
            return await HaltAsync(scope, app, $"L1 and the stored epochs contradict each other: {contradiction}", cancellationToken);
        // One timestamp for the rows and their events, so that the two compare equal.
        var now = clock.GetUtcNow();
        await OpenAsync(scope, head, app, newest, formed, now, cancellationToken);
        await scope.Transitions.ReceiveInputsAsync(app, [.. FormEpochs.Rows(app.Id, batch, formed, now)], now, cancellationToken);
        await CloseAsync(scope, app, newest, formed, now, cancellationToken);
        if (batch.ScanEnd > app.LastInputCheckBlock)
            await db
                .Applications.Where(row => row.Id == app.Id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.LastInputCheckBlock, batch.ScanEnd).SetProperty(row => row.UpdatedAt, now),
                    cancellationToken
                );
        return StoreOutcome.Stored;
    }

    private async Task<StoreOutcome> HaltAsync(IWorkScope scope, Application app, string what, CancellationToken cancellationToken)
    {
        await _halt.ForContradictionAsync(scope, app.Id, app.Name, app.Address, what, cancellationToken);
        return StoreOutcome.Faulty;
    }

    /// <summary>Opens new epochs, and extends the one that continues.</summary>
    private async Task OpenAsync(
        IWorkScope scope,
        ObservedHead head,
        Application app,
        Epoch? newest,
        FormedEpochs formed,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var virtualIndex = newest is null ? 0 : newest.VirtualIndex + 1;
        foreach (var epoch in formed.Epochs)
        {
            if (epoch.IsNew)
            {
                using var trace = EpochTrace.Begin("evm_reader.read_block", app, epoch.Index, head.Block, head.Header.Hash);
                await scope.Transitions.OpenAsync(app, Bounds(epoch), virtualIndex++, now, cancellationToken);
            }
            else if (!epoch.IsClosed && !await ExtendAsync(scope.Db, app.Id, epoch, now, cancellationToken))
                throw Changed(epoch);
        }
    }

    private async Task CloseAsync(
        IWorkScope scope,
        Application app,
        Epoch? newest,
        FormedEpochs formed,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        foreach (var epoch in formed.Epochs.Where(epoch => epoch.IsClosed))
        {
            var bounds = Bounds(epoch) with { TraceParent = newest?.Index == epoch.Index ? newest.TraceParent : null };
            if (!await scope.Transitions.CloseAsync(app, bounds, now, cancellationToken))
                throw Changed(epoch);
        }
    }

    private static DbUpdateConcurrencyException Changed(FormedEpoch epoch) =>
        new($"Epoch {epoch.Index} was changed by another process while its inputs were stored.");

    private EpochBounds Bounds(FormedEpoch epoch) =>
        new(epoch.Index, epoch.FirstBlock, epoch.LastBlock, epoch.InputIndexLowerBound, epoch.InputIndexUpperBound)
        {
            Tournament = epoch.Seal?.Tournament,
            Settlement = epoch.SettledBy is { } next ? EpochSettlement.By(next, !chain.IsFinal) : null,
        };

    private static async Task<bool> ExtendAsync(
        RollupsDbContext db,
        int applicationId,
        FormedEpoch epoch,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        await db
            .Epochs.Where(row => row.ApplicationId == applicationId && row.Index == epoch.Index && row.Status == EpochStatus.Open)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(row => row.InputIndexUpperBound, epoch.InputIndexUpperBound)
                        .SetProperty(row => row.LastBlock, epoch.LastBlock)
                        .SetProperty(row => row.UpdatedAt, now),
                cancellationToken
            ) == 1;

    /// <summary>The result of storing a batch.</summary>
    private enum StoreOutcome
    {
        /// <summary>Stored, with its epochs, its cursor and its events.</summary>
        Stored,

        /// <summary>
        /// Nothing was written: the application is gone or goes, or another replica was faster or has taken over the lease.
        /// </summary>
        Superseded,

        /// <summary>Only the fault was written: the application is inoperable.</summary>
        Faulty,
    }

    [LoggerMessage(
        1,
        LogLevel.Error,
        "The inputs of application {Name} ({Application}) could not be stored. Its cursor stays, and the node reads them again at the next "
            + "head."
    )]
    private static partial void LogFailed(ILogger logger, Exception exception, string name, Address application);
}
