using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Advancer.Tests.Hosts;

/// <summary>
/// A process with the Advancer as the node adds it. Nothing of it runs by itself before <see cref="StartAsync"/>: tests make the passes.
/// </summary>
internal sealed class AdvancerHost : IAsyncDisposable
{
    private readonly IHost _host;

    private AdvancerHost(IHost host) => _host = host;

    public ScriptedMachines Machines { get; } = new();

    public CommitFault Commits { get; } = new();

    public IServiceProvider Services => _host.Services;

    public IBus Bus => Services.GetRequiredService<IBus>();

    public IWorkRunner<AdvanceInputs> Runner => Services.GetRequiredService<IWorkRunner<AdvanceInputs>>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A host keeps the log context that it was built in; with a flow of its own, tests don't share one.</summary>
    public static Task<AdvancerHost> CreateAsync(FreshDatabase database, params (string Key, string Value)[] settings) =>
        Task.Run(async () =>
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Configuration.AddInMemoryCollection([
                .. database.Settings,
                new("Ethereum:ChainId", "31337"),
                .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)),
            ]);
            AdvancerHost host = null!;
            builder.Services.AddSingleton<IInterceptor>(_ => host.Commits);
            builder.Services.AddSingleton<IMachineFactory>(_ => host.Machines);
            builder
                .Services.AddRollupsPersistence(builder.Configuration)
                .AddAdvancer(builder.Configuration)
                .AddRollupsMessaging(builder.Configuration);
            host = new AdvancerHost(builder.Build());
            await host.Services.MigrateAsync(Cancel);
            return host;
        });

    /// <summary>Start-up sync, bus with the replica's queue, dispatcher.</summary>
    public Task StartAsync() =>
        Task.Run(async () =>
        {
            await _host.StartAsync(Cancel);
            await Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Cancel);
        });

    /// <summary>One turn of one application.</summary>
    public Task<WorkResult> TurnAsync(Application application) =>
        Services.GetRequiredService<AdvanceInputs>().RunAsync(new WorkKey(application.Address), Cancel);

    /// <summary>
    /// What every trigger does: finds what is due, and runs it until nothing more is said to be due. The number of moves.
    /// </summary>
    public async Task<int> PassAsync()
    {
        var work = Services.GetRequiredService<AdvanceInputs>();
        var done = 0;
        foreach (var key in await work.FindDueAsync(Cancel))
        {
            for (var result = new WorkResult(0, true); result.MoreDue; done += result.Done)
                result = await work.RunAsync(key, Cancel);
        }

        return done;
    }

    public async Task<TResult> ReadAsync<TResult>(Func<RollupsDbContext, Task<TResult>> read)
    {
        await using var scope = Services.CreateAsyncScope();
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
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
