using System.Globalization;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Contracts;
using Rollups.Messaging;
using Rollups.MortalNode;
using Rollups.Persistence;

// A process that commits events of one application in one transaction and kills itself at the point that it is told: after-commit, or after-confirm,
// when the broker has confirmed them all and their rows are not removed yet. Its other arguments configure database and bus.
var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
builder.Configuration.AddCommandLine(args);
builder.Services.AddRollupsPersistence(builder.Configuration);
builder.Services.AddRollupsMessaging(builder.Configuration);
builder.Services.AddSingleton<IInterceptor>(new Death(builder.Configuration["DieAt"] ?? throw new ArgumentException("--DieAt=after-commit or after-confirm is missing.")));
using var host = builder.Build();
await host.StartAsync();
await host.Services.GetRequiredService<IUnitOfWork>().ExecuteAsync(
    async (scope, token) =>
    {
        for (var epoch = 1; epoch <= int.Parse(builder.Configuration["Events"]!, CultureInfo.InvariantCulture); epoch++)
        {
            await scope.Publish.Publish(
                new EpochClosed
                {
                    ChainId = 31337, Application = builder.Configuration["Application"]!, ApplicationName = "echo", EpochIndex = (ulong)epoch,
                    InputIndexLowerBound = 0, InputIndexUpperBound = 1, OccurredAt = DateTimeOffset.UtcNow,
                },
                token);
        }

        return 0;
    },
    CancellationToken.None);
// Killed before this, or within it.
await host.WaitForShutdownAsync();
