using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Epochs;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Inputs;

/// <summary>Writes inputs, epochs, cursor and events of one application in one transaction.</summary>
internal sealed class StoreInputs(
    IUnitOfWork unit,
    IDatabaseProvider database,
    RecordSettlements settle,
    HaltApplication halt,
    ChainPolicy chain,
    TimeProvider clock
)
{
    public Task<StoreOutcome> StoreAsync(InputBatch batch, CancellationToken cancellationToken) =>
        unit.ExecuteAsync((scope, token) => StoreAsync(scope, batch, token), cancellationToken);

    private async Task<StoreOutcome> StoreAsync(IWorkScope scope, InputBatch batch, CancellationToken cancellationToken)
    {
        var db = scope.Db;
        if (!await database.LockApplicationAsync(db, batch.ApplicationId, batch.Reader, cancellationToken))
            return StoreOutcome.Superseded;
        var app = await db.Applications.AsNoTracking().SingleAsync(row => row.Id == batch.ApplicationId, cancellationToken);
        var lastInput = await db
            .Inputs.Where(input => input.ApplicationId == app.Id)
            .MaxAsync(input => (ulong?)input.Index, cancellationToken);
        if (app.State == ApplicationState.Disabled || (lastInput + 1 ?? 0) != batch.Stored)
            return StoreOutcome.Superseded;

        var current = await db
            .Epochs.AsNoTracking()
            .Where(epoch => epoch.ApplicationId == app.Id)
            .OrderByDescending(epoch => epoch.VirtualIndex)
            .FirstOrDefaultAsync(cancellationToken);
        List<InputPosition> positions = [.. batch.New.Select(input => new InputPosition(input.Index, input.Log.BlockNumber))];
        var formed =
            app.ConsensusType == ConsensusType.Prt
                ? SealedEpochFormation.Form(app.InputBoxBlock, Known(current), batch.Seals.Seals, positions, batch.Stored)
                : EpochFormation.Form(app.EpochLength, Known(current), positions, batch.ScanEnd);
        if (await LogIdentity.FindConflictAsync(db, app.Id, batch, cancellationToken) is { } conflict)
            return await HaltAsync(scope, app, conflict, cancellationToken);
        var (replaced, mayBeTakenBack) = await RecordSettlements.ContradictionAsync(db, app, batch.Seals.Seals, cancellationToken);
        if (mayBeTakenBack)
            return StoreOutcome.Superseded;
        if (replaced is not null)
            return await HaltAsync(scope, app, $"L1 and the stored epochs contradict each other: {replaced}", cancellationToken);
        if (formed.Fault is { } fault)
            return await HaltAsync(scope, app, $"L1 and the stored epochs contradict each other: {fault}", cancellationToken);

        if (await settle.RunAsync(scope, app, batch.Seals, formed, cancellationToken) is { } contradiction)
            return await HaltAsync(scope, app, $"L1 and the stored epochs contradict each other: {contradiction}", cancellationToken);
        // One timestamp for the rows and their events, so that the two compare equal.
        var now = clock.GetUtcNow();
        await OpenAsync(scope, app, current, formed, now, cancellationToken);
        await scope.Transitions.ReceiveInputsAsync(app, [.. Rows(app.Id, batch, formed, now)], now, cancellationToken);
        await CloseAsync(scope, app, formed, now, cancellationToken);
        if (batch.ScanEnd > app.LastInputCheckBlock)
            await db
                .Applications.Where(row => row.Id == app.Id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.LastInputCheckBlock, batch.ScanEnd).SetProperty(row => row.UpdatedAt, now),
                    cancellationToken
                );
        return StoreOutcome.Stored;
    }

    private static KnownEpoch? Known(Epoch? epoch) =>
        epoch is null
            ? null
            : new(epoch.Index, epoch.FirstBlock, epoch.LastBlock, epoch.InputIndexLowerBound, epoch.InputIndexUpperBound, epoch.Status);

    private async Task<StoreOutcome> HaltAsync(IWorkScope scope, Application app, string what, CancellationToken cancellationToken)
    {
        await halt.ForContradictionAsync(scope, app.Id, app.Name, app.Address, what, cancellationToken);
        return StoreOutcome.Faulty;
    }

    /// <summary>Opens new epochs, and extends the one that continues.</summary>
    private async Task OpenAsync(
        IWorkScope scope,
        Application app,
        Epoch? current,
        FormedEpochs formed,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var virtualIndex = current is null ? 0 : current.VirtualIndex + 1;
        foreach (var epoch in formed.Epochs)
        {
            if (epoch.IsNew)
                await scope.Transitions.OpenAsync(app, Bounds(epoch), virtualIndex++, now, cancellationToken);
            else if (!epoch.IsClosed && !await ExtendAsync(scope.Db, app.Id, epoch, now, cancellationToken))
                throw Changed(epoch);
        }
    }

    private async Task CloseAsync(
        IWorkScope scope,
        Application app,
        FormedEpochs formed,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        foreach (var epoch in formed.Epochs.Where(epoch => epoch.IsClosed))
        {
            if (!await scope.Transitions.CloseAsync(app, Bounds(epoch), now, cancellationToken))
                throw Changed(epoch);
        }
    }

    private static DbUpdateConcurrencyException Changed(FormedEpoch epoch) =>
        new($"Epoch {epoch.Index} was changed by somebody else while its inputs were stored.");

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

    private static IEnumerable<Input> Rows(int applicationId, InputBatch batch, FormedEpochs formed, DateTimeOffset now) =>
        formed.Epochs.SelectMany(epoch =>
            batch
                .New.Skip(epoch.FirstInput)
                .Take(epoch.InputCount)
                .Select(input => new Input
                {
                    ApplicationId = applicationId,
                    Index = input.Index,
                    EpochIndex = epoch.Index,
                    BlockNumber = input.Log.BlockNumber,
                    BlockHash = input.Log.BlockHash,
                    RawData = input.Data,
                    TransactionHash = input.Log.TransactionHash,
                    LogIndex = input.Log.LogIndex,
                    Status = InputStatus.None,
                    CreatedAt = now,
                    UpdatedAt = now,
                })
        );
}
