using System.Globalization;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Contracts;
using Rollups.HopWork;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.MortalNode;

/// <summary>
/// Commits events of one application in one transaction and kills itself at the point that <c>--DieAt</c> names: events-committed, or
/// events-confirmed, when the broker has confirmed them all and their rows are not removed yet. Its other arguments configure database and
/// bus.
/// </summary>
internal static class CommittedEvents
{
    public static async Task RunAsync(string[] args)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddCommandLine(args);
        builder.Services.AddRollupsPersistence(builder.Configuration);
        builder.Services.AddRollupsMessaging(builder.Configuration);
        var point = CrashPoint.Of(builder.Configuration["DieAt"]!);
        builder.Services.AddSingleton<IInterceptor>(new Death(() => point));
        using var host = builder.Build();
        await host.StartAsync();
        await host
            .Services.GetRequiredService<IUnitOfWork>()
            .ExecuteAsync(
                async (scope, token) =>
                {
                    for (var epoch = 1; epoch <= int.Parse(builder.Configuration["Events"]!, CultureInfo.InvariantCulture); epoch++)
                    {
                        await scope
                            .Outbox()
                            .Publish(
                                new EpochClosed
                                {
                                    ChainId = 31337,
                                    Application = builder.Configuration["Application"]!,
                                    ApplicationName = "echo",
                                    EpochIndex = (ulong)epoch,
                                    InputIndexLowerBound = 0,
                                    InputIndexUpperBound = 1,
                                    OccurredAt = DateTimeOffset.UtcNow,
                                },
                                token
                            );
                    }

                    return 0;
                },
                CancellationToken.None
            );
        // Killed before this, or within it.
        await host.WaitForShutdownAsync();
    }
}
