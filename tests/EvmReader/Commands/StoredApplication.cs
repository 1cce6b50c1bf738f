using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Commands;

/// <summary>An application of which every table has rows.</summary>
internal static class StoredApplication
{
    private const int Page = 1_000;

    // Chunks for several batches of a removal.
    private const int Leaves = 450 * OutputsTree.ChunkWidth;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Adds it, with one output, report and machine state per input, and an accepted epoch with its transaction.</summary>
    public static async Task<Application> AddStoredAsync(this ServiceHost host, string name, int number, int inputs)
    {
        var app = await host.AddAsync(name, number);
        var root = FakeChain.HashOf("root");
        await host.AddEpochAsync(app, 1, root, EpochStatus.ClaimAccepted);
        await host.AddTransactionAsync(
            app,
            1,
            FakeChain.AddressOf(4),
            (ulong)number,
            FakeChain.HashOf($"transaction {number}"),
            TransactionState.Confirmed
        );
        await host.AddEpochAsync(app, 2, root, EpochStatus.Closed);
        for (var first = 0; first < inputs; first += Page)
            await host.ChangeAsync(db =>
            {
                foreach (var index in Enumerable.Range(first, Math.Min(Page, inputs - first)))
                    AddInput(db, app, (ulong)index);
                return Task.CompletedTask;
            });
        await host.ChangeAsync(db =>
        {
            foreach (var epoch in new[] { 1UL, 2UL })
                db.Add(
                    new EpochLifecycleState
                    {
                        CorrelationId = EpochCorrelation.Id(31337, app.Address.ToString(), epoch),
                        CurrentState = "Opened",
                        ChainId = 31337,
                        Application = app.Address,
                        ApplicationName = name,
                        EpochIndex = epoch,
                    }
                );
            db.Add(new ExecutionParameters { ApplicationId = app.Id });
            db.AddRange(EpochTree.Append(new OutputsFrontier(), new Hash32[Leaves], app.Id, 1).Rows);
            return Task.CompletedTask;
        });
        return app;
    }

    /// <summary>Number of the rows of each table that belong to it.</summary>
    public static Task<int[]> RowsOfAsync(this ServiceHost host, Application app) =>
        host.ReadAsync(async db =>
            new[]
            {
                await db.Applications.CountAsync(row => row.Id == app.Id, Cancel),
                await db.Epochs.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.Inputs.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.Outputs.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.OutputsTrees.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.OutputsTreeChunks.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.Reports.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.StateHashes.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.Transactions.CountAsync(row => row.ApplicationId == app.Id, Cancel),
                await db.EpochLifecycles.CountAsync(row => row.Application == app.Address, Cancel),
                await db.ExecutionParameters.CountAsync(row => row.ApplicationId == app.Id, Cancel),
            }
        );

    private static void AddInput(RollupsDbContext db, Application app, ulong index)
    {
        db.Add(
            new Input
            {
                ApplicationId = app.Id,
                Index = index,
                EpochIndex = 2,
                BlockNumber = 20,
                BlockHash = FakeChain.HashOf("block"),
                RawData = [1],
                TransactionHash = FakeChain.HashOf($"input {app.Id}"),
                LogIndex = index,
            }
        );
        db.Add(
            new Output
            {
                ApplicationId = app.Id,
                Index = index,
                InputIndex = index,
                EpochIndex = 2,
                RawData = [2],
            }
        );
        db.Add(
            new Report
            {
                ApplicationId = app.Id,
                Index = index,
                InputIndex = index,
                EpochIndex = 2,
                RawData = [3],
            }
        );
        db.Add(
            new StateHash
            {
                ApplicationId = app.Id,
                EpochIndex = 2,
                InputIndex = index,
                Position = 0,
                MachineHash = FakeChain.HashOf("state"),
                Repetitions = 1 << 24,
            }
        );
    }
}
