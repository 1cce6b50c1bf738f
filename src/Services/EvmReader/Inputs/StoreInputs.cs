using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Rollups.Contracts;
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
        // One time for the rows and their events: whoever compares them finds them equal.
        var now = clock.GetUtcNow();
        await WriteEpochsAsync(db, app.Id, current, formed, chain.IsFinal, now, cancellationToken);
        WriteInputs(db, app.Id, batch, formed, now);
        if (batch.ScanEnd > app.LastInputCheckBlock)
            await db
                .Applications.Where(row => row.Id == app.Id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.LastInputCheckBlock, batch.ScanEnd).SetProperty(row => row.UpdatedAt, now),
                    cancellationToken
                );
        await PublishAsync(scope, app, batch, formed, now, cancellationToken);
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

    private static async Task WriteEpochsAsync(
        RollupsDbContext db,
        int applicationId,
        Epoch? current,
        FormedEpochs formed,
        bool isFinal,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var virtualIndex = current is null ? 0 : current.VirtualIndex + 1;
        foreach (var epoch in formed.Epochs)
        {
            if (epoch.IsNew)
            {
                db.Add(
                    new Epoch
                    {
                        ApplicationId = applicationId,
                        Index = epoch.Index,
                        VirtualIndex = virtualIndex++,
                        FirstBlock = epoch.FirstBlock,
                        LastBlock = epoch.LastBlock,
                        InputIndexLowerBound = epoch.InputIndexLowerBound,
                        InputIndexUpperBound = epoch.InputIndexUpperBound,
                        TournamentAddress = epoch.Seal?.Tournament,
                        SettledMachineHash = epoch.SettledBy?.InitialMachineStateHash,
                        SettledOutputsMerkleRoot = epoch.SettledBy?.OutputsMerkleRoot,
                        SettlementTransactionHash = epoch.SettledBy?.Log.TransactionHash,
                        SettlementBlockNumber = epoch.SettledBy?.Log.BlockNumber,
                        SettlementBlockHash = epoch.SettledBy?.Log.BlockHash,
                        IsProvisional = epoch.SettledBy is not null && !isFinal,
                        Status = epoch.IsClosed ? EpochStatus.Closed : EpochStatus.Open,
                        OpenedAt = now,
                        ClosedAt = epoch.IsClosed ? now : null,
                        CreatedAt = now,
                        UpdatedAt = now,
                    }
                );
                continue;
            }

            var moved = epoch.IsClosed
                ? await db.MoveEpochAsync(
                    applicationId,
                    epoch.Index,
                    EpochStatus.Open,
                    EpochStatus.Closed,
                    now,
                    set => SetEnd(set, epoch, !isFinal),
                    cancellationToken
                )
                : await ExtendAsync(db, applicationId, epoch, now, cancellationToken);
            if (!moved)
                throw new DbUpdateConcurrencyException($"Epoch {epoch.Index} was changed by somebody else while its inputs were stored.");
        }
    }

    /// <summary>What becomes final when an epoch closes.</summary>
    private static void SetEnd(UpdateSettersBuilder<Epoch> set, FormedEpoch epoch, bool isProvisional)
    {
        set.SetProperty(row => row.InputIndexUpperBound, epoch.InputIndexUpperBound).SetProperty(row => row.LastBlock, epoch.LastBlock);
        if (epoch.Seal is { } seal)
            set.SetProperty(row => row.TournamentAddress, seal.Tournament);
        if (epoch.SettledBy is { } next)
            RecordSettlements.Set(set, next, isProvisional);
    }

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

    private static void WriteInputs(RollupsDbContext db, int applicationId, InputBatch batch, FormedEpochs formed, DateTimeOffset now)
    {
        db.AddRange(
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
            )
        );
    }

    private async Task PublishAsync(
        IWorkScope scope,
        Application app,
        InputBatch batch,
        FormedEpochs formed,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var address = app.Address.ToString();
        foreach (var epoch in formed.Epochs.Where(epoch => epoch.IsNew))
            await scope.Publish.Publish(
                new EpochOpened
                {
                    ChainId = chain.ChainId,
                    Application = address,
                    ApplicationName = app.Name,
                    EpochIndex = epoch.Index,
                    FirstBlock = epoch.FirstBlock,
                    LastBlock = epoch.LastBlock,
                    OccurredAt = now,
                },
                cancellationToken
            );
        if (batch.New.Count > 0)
            await scope.Publish.Publish(
                new InputReceived
                {
                    ChainId = chain.ChainId,
                    Application = address,
                    ApplicationName = app.Name,
                    FirstInputIndex = batch.New[0].Index,
                    LastInputIndex = batch.New[^1].Index,
                    LastBlock = batch.New[^1].Log.BlockNumber,
                    OccurredAt = now,
                },
                cancellationToken
            );
        foreach (var epoch in formed.Epochs.Where(epoch => epoch.IsClosed))
            await scope.Publish.Publish(
                new EpochClosed
                {
                    ChainId = chain.ChainId,
                    Application = address,
                    ApplicationName = app.Name,
                    EpochIndex = epoch.Index,
                    InputIndexLowerBound = epoch.InputIndexLowerBound,
                    InputIndexUpperBound = epoch.InputIndexUpperBound,
                    OccurredAt = now,
                },
                cancellationToken
            );
    }
}
