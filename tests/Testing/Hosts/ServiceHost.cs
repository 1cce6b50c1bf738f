using MassTransit;
using MassTransit.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;
using Xunit;

namespace Rollups.Testing;

/// <summary>
/// A process with a service as the node adds it, on a database of its own and the in-memory bus. Nothing of it runs by itself before <see
/// cref="StartAsync"/>: until then tests make the passes.
/// </summary>
public sealed class ServiceHost : IAsyncDisposable
{
    private readonly FreshDatabase _database;
    private readonly bool _ownsDatabase;
    private readonly IHost _host;
    private bool _isDisposed;

    private ServiceHost(ServiceSetup setup, FreshDatabase database, bool ownsDatabase)
    {
        (Setup, _database, _ownsDatabase, Log) = (setup, database, ownsDatabase, setup.Log ?? new RecordedLog());
        _host = Build(setup, database, Log, Commits);
    }

    /// <summary>What it was built of.</summary>
    public ServiceSetup Setup { get; }

    /// <summary>What it logs.</summary>
    public RecordedLog Log { get; }

    /// <summary>Makes its commits fail.</summary>
    public CommitFault Commits { get; } = new();

    /// <summary>Its services.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Its bus.</summary>
    public IBus Bus => Services.GetRequiredService<IBus>();

    /// <summary>MassTransit's harness, where the setup adds one.</summary>
    public ITestHarness Harness => Services.GetRequiredService<ITestHarness>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Builds one on a new database.</summary>
    public static async Task<ServiceHost> CreateAsync(ServiceSetup setup, DatabaseKind kind = DatabaseKind.Sqlite) =>
        await CreateAsync(setup, await FreshDatabase.ToMigrateAsync(kind), true);

    /// <summary>Builds one on a database that stays with its owner.</summary>
    public static Task<ServiceHost> CreateAsync(ServiceSetup setup, FreshDatabase database) => CreateAsync(setup, database, false);

    /// <summary>Another process on the same database, which knows nothing of what this one has in memory.</summary>
    public Task<ServiceHost> AnotherAsync(ServiceSetup setup) => CreateAsync(setup, _database, false);

    /// <summary>Start-up sync, bus with its consumers and queues, dispatcher.</summary>
    public Task StartAsync() =>
        Task.Run(async () =>
        {
            await _host.StartAsync(Cancel);
            await Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Cancel);
        });

    /// <summary>
    /// What every trigger does: finds what is due, and runs it until no more is due. The number of moves.
    /// </summary>
    public async Task<int> PassAsync<TWork>()
        where TWork : IPendingWork
    {
        var work = Services.GetRequiredService<TWork>();
        var done = 0;
        foreach (var key in await work.FindDueAsync(Cancel))
        {
            for (var result = new WorkResult(0, true); result.MoreDue; done += result.Done)
                result = await work.RunAsync(key, Cancel);
        }

        return done;
    }

    /// <summary>One turn of one application.</summary>
    public Task<WorkResult> TurnAsync<TWork>(Application application)
        where TWork : IPendingWork
    {
        ArgumentNullException.ThrowIfNull(application);
        return Services.GetRequiredService<TWork>().RunAsync(new WorkKey(application.Address), Cancel);
    }

    /// <summary>The fallback sync.</summary>
    public Task SyncAsync<TWork>()
        where TWork : IPendingWork => Services.GetRequiredService<IWorkRunner<TWork>>().WakeAllAsync(WorkTrigger.Sync, Cancel);

    /// <summary>Reads from the database.</summary>
    public async Task<TResult> ReadAsync<TResult>(Func<RollupsDbContext, Task<TResult>> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        await using var scope = Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<RollupsDbContext>());
    }

    /// <summary>Changes the database in one transaction, and saves what was changed.</summary>
    public Task<TResult> ChangeAsync<TResult>(Func<RollupsDbContext, Task<TResult>> change) =>
        ReadAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
            var result = await change(db);
            await db.SaveChangesAsync(Cancel);
            await transaction.CommitAsync(Cancel);
            return result;
        });

    /// <summary>Changes the database in one transaction, and saves what was changed.</summary>
    public Task ChangeAsync(Func<RollupsDbContext, Task> change) =>
        ChangeAsync(async db =>
        {
            await change(db);
            return 0;
        });

    /// <summary>Names of the events that wait in the outbox, in order.</summary>
    public async Task<List<string>> EventsAsync()
    {
        var types = await ReadAsync(db =>
            db.Outbox.AsNoTracking().OrderBy(message => message.Id).Select(message => message.MessageType).ToListAsync(Cancel)
        );
        return types.ConvertAll(type => type.Split(';')[0].Split(':')[^1]);
    }

    /// <summary>Stops it; a second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await _host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_host).DisposeAsync();
        if (_ownsDatabase)
            _database.Dispose();
    }

    /// <summary>A host keeps the log context that it was built in; with a flow of its own, tests don't share one.</summary>
    private static Task<ServiceHost> CreateAsync(ServiceSetup setup, FreshDatabase database, bool ownsDatabase) =>
        Task.Run(async () =>
        {
            var host = new ServiceHost(setup, database, ownsDatabase);
            await host.Services.MigrateAsync(Cancel);
            return host;
        });

    private static IHost Build(ServiceSetup setup, FreshDatabase database, RecordedLog log, CommitFault commits)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([
            new("Ethereum:HttpEndpoint", "http://127.0.0.1:1"),
            new("Ethereum:ChainId", "31337"),
            new("Signer:Kind", "private-key"),
            new("Signer:PrivateKey", "0x" + new string('1', 64)),
        ]);
        builder.Configuration.AddInMemoryCollection(database.Settings);
        builder.Configuration.AddInMemoryCollection(
            setup.Settings.GroupBy(setting => setting.Key).Select(group => KeyValuePair.Create(group.Key, (string?)group.Last().Value))
        );
        builder
            .Logging.AddProvider(log)
            .SetMinimumLevel(LogLevel.Debug)
            .AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning)
            .AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.None);
        builder.Services.AddSingleton<IInterceptor>(commits);
        if (setup.Chain is { } chain)
            builder.Services.AddSingleton(chain);
        if (setup.Heads is { } heads)
            builder.Services.AddSingleton(heads);
        if (setup.Clock is { } clock)
            builder.Services.AddSingleton(clock);
        builder.Services.AddRollupsPersistence(builder.Configuration);
        setup.Service(builder.Services, builder.Configuration);
        builder.Services.AddRollupsMessaging(builder.Configuration);
        if (setup.Signer is { } signer)
            builder.Services.AddSingleton(signer);
        setup.More?.Invoke(builder.Services);
        return builder.Build();
    }
}
