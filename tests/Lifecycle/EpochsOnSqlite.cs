using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Lifecycle.Tests;

/// <summary>A SQLite file of its own with applications and epochs, and the reconciliation on it.</summary>
internal sealed class EpochsOnSqlite : IAsyncDisposable
{
    public static readonly Address Echo = Address.Parse(EpochHistory.Application);
    private static readonly EpochStatus[] Path =
    [
        EpochStatus.Open,
        EpochStatus.Closed,
        EpochStatus.InputsProcessed,
        EpochStatus.ClaimCalculated,
        EpochStatus.ClaimSubmitted,
        EpochStatus.ClaimAccepted,
    ];

    private readonly string _file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"rollups-lifecycle-{Guid.NewGuid():N}.db");
    private readonly ServiceProvider _services;

    private EpochsOnSqlite()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Database:ConnectionString", $"Data Source={_file}")])
            .Build();
        _services = new ServiceCollection().AddRollupsPersistence(configuration).BuildServiceProvider();
        Work = NewWork();
    }

    public string File => _file;

    public IServiceProvider Services => _services;

    public FakeTimeProvider Clock { get; } = new(EpochHistory.Start);

    public ReconcileLifecycles Work { get; private set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<EpochsOnSqlite> StartAsync()
    {
        var database = new EpochsOnSqlite();
        await database._services.MigrateAsync(Cancel);
        return database;
    }

    /// <summary>As after a restart: nothing is remembered.</summary>
    public ReconcileLifecycles NewWork(int batchSize = 200) =>
        Work = new ReconcileLifecycles(
            _services.GetRequiredService<IServiceScopeFactory>(),
            new OneTransaction(_services),
            new ChainIdentity(EpochHistory.ChainId),
            Options.Create(new LifecycleOptions { BatchSize = batchSize }),
            Clock,
            NullLogger<ReconcileLifecycles>.Instance
        );

    public Task<int> AddApplicationAsync(Address address, string name) =>
        UseAsync(async db =>
        {
            var app = new Application
            {
                Name = name,
                Address = address,
                ConsensusAddress = default,
                InputBoxAddress = default,
                InputBoxBlock = 1,
                DeploymentBlock = 1,
                TemplateHash = default,
                TemplateUri = "echo:",
                EpochLength = 10,
                ConsensusType = ConsensusType.Authority,
            };
            db.Add(app);
            await db.SaveChangesAsync(Cancel);
            return app.Id;
        });

    /// <summary>An epoch that went to the status step by step, one second each.</summary>
    public Task<int> AddEpochAsync(int applicationId, ulong index, EpochStatus status) =>
        UseAsync(async db =>
        {
            var earlier = await db.Epochs.CountAsync(epoch => epoch.ApplicationId == applicationId, Cancel);
            db.Add(
                new Epoch
                {
                    ApplicationId = applicationId,
                    Index = index,
                    VirtualIndex = (ulong)earlier,
                    FirstBlock = index * 10,
                    LastBlock = (index * 10) + 9,
                    OpenedAt = Clock.GetUtcNow(),
                    CreatedAt = Clock.GetUtcNow(),
                    UpdatedAt = Clock.GetUtcNow(),
                }
            );
            await db.SaveChangesAsync(Cancel);
            return await MoveAsync(db, applicationId, index, EpochStatus.Open, status);
        });

    public Task<int> MoveAsync(int applicationId, ulong index, EpochStatus from, EpochStatus to) =>
        UseAsync(db => MoveAsync(db, applicationId, index, from, to));

    /// <summary>L1 takes the claim of an epoch back, a second after its last move.</summary>
    public Task<Epoch> TakeBackAsync(int applicationId, ulong index) =>
        UseAsync(async db =>
        {
            var rows = db.Epochs.AsNoTracking().Where(epoch => epoch.ApplicationId == applicationId && epoch.Index == index);
            await rows.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(epoch => epoch.ClaimBlockNumber, 20ul)
                        .SetProperty(epoch => epoch.ClaimBlockHash, Hash32.Parse(EpochHistory.OtherRoot))
                        .SetProperty(epoch => epoch.IsProvisional, true),
                Cancel
            );
            Clock.Advance(TimeSpan.FromSeconds(1));
            (await db.TakeClaimBackAsync(await rows.SingleAsync(Cancel), Clock.GetUtcNow(), Cancel)).ShouldBeTrue();
            return await rows.SingleAsync(Cancel);
        });

    public Task<EpochLifecycleState?> SagaAsync(ulong index) =>
        UseAsync(db => db.EpochLifecycles.AsNoTracking().SingleOrDefaultAsync(saga => saga.EpochIndex == index, Cancel));

    public Task<Epoch> EpochAsync(ulong index) =>
        UseAsync(db => db.Epochs.AsNoTracking().SingleAsync(epoch => epoch.Index == index, Cancel));

    /// <summary>What the workers have published with the moves that made the row, in order.</summary>
    public async Task<IEpochEvent[]> EventsAsync(ulong index)
    {
        var row = await EpochAsync(index);
        var history = row.Status == EpochStatus.ClaimRejected ? EpochHistory.Rejected(index) : EpochHistory.Accepted(index);
        var reached = row.Status == EpochStatus.ClaimRejected ? 6 : (int)row.Status - (int)EpochStatus.Open + 1;
        return
        [
            .. history
                .Take(reached)
                .Select(happened =>
                    (IEpochEvent)(
                        happened switch
                        {
                            EpochOpened opened => opened with { OccurredAt = row.OpenedAt },
                            EpochClosed closed => closed with { OccurredAt = row.ClosedAt!.Value },
                            EpochInputsProcessed processed => processed with { OccurredAt = row.InputsProcessedAt!.Value },
                            EpochClaimCalculated calculated => calculated with { OccurredAt = row.ClaimCalculatedAt!.Value },
                            EpochClaimSubmitted submitted => submitted with { OccurredAt = row.ClaimSubmittedAt!.Value },
                            EpochClaimAccepted accepted => accepted with { OccurredAt = row.ClaimSettledAt!.Value },
                            EpochClaimRejected rejected => rejected with { OccurredAt = row.ClaimSettledAt!.Value },
                            _ => throw new InvalidOperationException($"No stage {happened}."),
                        }
                    )
                ),
        ];
    }

    /// <summary>One sync as the runner does it; the number of epochs brought right.</summary>
    public async Task<int> SyncAsync()
    {
        var done = 0;
        foreach (var key in await Work.FindDueAsync(Cancel))
        {
            WorkResult result;
            do
            {
                result = await Work.RunAsync(key, Cancel);
                done += result.Done;
            } while (result.MoreDue);
        }
        return done;
    }

    public async Task<T> UseAsync<T>(Func<RollupsDbContext, Task<T>> use)
    {
        await using var scope = _services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<RollupsDbContext>());
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        SqliteFiles.Delete(_file);
    }

    private async Task<int> MoveAsync(RollupsDbContext db, int applicationId, ulong index, EpochStatus from, EpochStatus to)
    {
        EpochStatus[] path = to == EpochStatus.ClaimRejected ? [.. Path[..5], to] : Path;
        for (var step = Array.IndexOf(path, from); path[step] != to; step++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            (
                await db.MoveEpochAsync(applicationId, index, path[step], path[step + 1], Clock.GetUtcNow(), Also(path[step + 1]), Cancel)
            ).ShouldBeTrue();
        }
        return 0;
    }

    private static Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<Epoch>>? Also(EpochStatus to) =>
        to switch
        {
            EpochStatus.InputsProcessed => set =>
                set.SetProperty(epoch => epoch.MachineHash, Hash32.Parse(EpochHistory.OtherRoot))
                    .SetProperty(epoch => epoch.OutputsMerkleRoot, Hash32.Parse(EpochHistory.Root))
                    .SetProperty(epoch => epoch.OutputsMerkleProof, new byte[59 * 32])
                    .SetProperty(epoch => epoch.IflagsYBlock, Hash32.Zero)
                    .SetProperty(epoch => epoch.IflagsYProof, new byte[59 * 32])
                    .SetProperty(epoch => epoch.TohostBlock, Hash32.Zero)
                    .SetProperty(epoch => epoch.TohostProof, new byte[59 * 32]),
            EpochStatus.ClaimSubmitted => set =>
                set.SetProperty(epoch => epoch.ClaimTransactionHash, Hash32.Parse(EpochHistory.L1Transaction)),
            _ => null,
        };

    /// <summary>A unit of work without a bus: the reconciliation publishes nothing.</summary>
    private sealed class OneTransaction(IServiceProvider services) : IUnitOfWork
    {
        public async Task<TResult> ExecuteAsync<TResult>(
            Func<IWorkScope, CancellationToken, Task<TResult>> work,
            CancellationToken cancellationToken
        )
        {
            await using var scope = services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var result = await work(new Scope(db, scope.ServiceProvider), cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }

        private sealed record Scope(RollupsDbContext Db, IServiceProvider Services) : IWorkScope
        {
            public EpochTransitions Transitions => throw new InvalidOperationException("The reconciliation moves nothing.");

            public void OnCommitted(Func<CancellationToken, Task> action) =>
                throw new InvalidOperationException("The reconciliation leaves nothing to do behind its commit.");
        }
    }
}
