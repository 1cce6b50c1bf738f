using System.Threading.Channels;
using MassTransit;
using MassTransit.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Validator.Tests.Hosts;

/// <summary>
/// A process with the Validator as the node adds it, on a database of its own. Nothing of it runs by itself before
/// <see cref="StartAsync"/>.
/// </summary>
internal sealed class ValidatorHost : IAsyncDisposable
{
    private readonly FreshDatabase _database;
    private readonly IHost _host;

    private ValidatorHost(FreshDatabase database, IHost host) => (_database, _host) = (database, host);

    public IBus Bus => _host.Services.GetRequiredService<IBus>();

    public ITestHarness Harness => _host.Services.GetRequiredService<ITestHarness>();

    public CommitFault Commits => _host.Services.GetRequiredService<CommitFault>();

    /// <summary>The announcements that came over the bus.</summary>
    public ChannelReader<EpochClaimCalculated> Announced => _host.Services.GetRequiredService<Channel<EpochClaimCalculated>>().Reader;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A host keeps the log context that it was built in; with a flow of its own, tests don't share one.</summary>
    public static async Task<ValidatorHost> CreateAsync(DatabaseKind kind, Action<IServiceCollection>? more = null)
    {
        var database = await FreshDatabase.CreateAsync(kind);
        return await Task.Run(async () =>
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Configuration.AddInMemoryCollection([.. database.Settings, new("Ethereum:ChainId", "31337")]);
            builder
                .Services.AddSingleton<CommitFault>()
                .AddSingleton<IInterceptor>(provider => provider.GetRequiredService<CommitFault>());
            builder.Services.AddSingleton(Channel.CreateUnbounded<EpochClaimCalculated>());
            builder.Services.AddBusRegistration(bus => bus.AddConsumer<Listener>());
            builder
                .Services.AddRollupsPersistence(builder.Configuration)
                .AddValidator(builder.Configuration)
                .AddRollupsMessaging(builder.Configuration);
            more?.Invoke(builder.Services);
            var host = builder.Build();
            await host.Services.MigrateAsync(Cancel);
            return new ValidatorHost(database, host);
        });
    }

    /// <summary>Start-up sync, bus with its consumers, dispatcher.</summary>
    public Task StartAsync() => Task.Run(() => _host.StartAsync(Cancel));

    /// <summary>
    /// What every trigger does: finds what is due, and runs it until nothing more is said to be due. The number of moves.
    /// </summary>
    public async Task<int> PassAsync()
    {
        var work = _host.Services.GetRequiredService<CalculateClaims>();
        var done = 0;
        foreach (var key in await work.FindDueAsync(Cancel))
        {
            for (var result = new WorkResult(0, true); result.MoreDue; done += result.Done)
                result = await work.RunAsync(key, Cancel);
        }

        return done;
    }

    /// <summary>The fallback sync.</summary>
    /// <summary>One turn of an application.</summary>
    public Task<WorkResult> RunAsync(Application application) =>
        _host.Services.GetRequiredService<CalculateClaims>().RunAsync(new WorkKey(application.Address), Cancel);

    public Task SyncAsync() => _host.Services.GetRequiredService<IWorkRunner<CalculateClaims>>().WakeAllAsync(WorkTrigger.Sync, Cancel);

    public async Task<TResult> ReadAsync<TResult>(Func<RollupsDbContext, Task<TResult>> read)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<RollupsDbContext>());
    }

    public Task ChangeAsync(Func<RollupsDbContext, Task> change) =>
        ReadAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
            await change(db);
            await db.SaveChangesAsync(Cancel);
            await transaction.CommitAsync(Cancel);
            return 0;
        });

    /// <summary>Names of the events that wait in the outbox, in order.</summary>
    public Task<List<string>> EventsAsync() =>
        ReadAsync(async db =>
            (
                await db.Outbox.AsNoTracking().OrderBy(message => message.Id).Select(message => message.MessageType).ToListAsync(Cancel)
            ).ConvertAll(type => type.Split(';')[0].Split(':')[^1])
        );

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_host).DisposeAsync();
        _database.Dispose();
    }

    private sealed class Listener(Channel<EpochClaimCalculated> heard) : IConsumer<EpochClaimCalculated>
    {
        public Task Consume(ConsumeContext<EpochClaimCalculated> context) =>
            heard.Writer.WriteAsync(context.Message, context.CancellationToken).AsTask();
    }
}
