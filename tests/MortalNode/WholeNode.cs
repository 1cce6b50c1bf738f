using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Hosting;
using Rollups.Node;

namespace Rollups.MortalNode;

/// <summary>
/// The node as its executable composes it. It takes the same settings, and <c>Crash:OrderFile</c>, the file that names the point at which
/// it dies.
/// </summary>
internal static class WholeNode
{
    public static async Task RunAsync(string[] args)
    {
        var builder = RollupsHost.CreateBuilder(args);
        var orders = new Orders(builder.Configuration["Crash:OrderFile"] ?? throw new ArgumentException("Crash:OrderFile is missing."));
        var death = new Death(() => orders.Point);
        // Before the node's own, so that it hears of a commit before the outbox does.
        builder.Services.AddSingleton<IInterceptor>(death);
        builder.Services.ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler(() => new DeathAfterSending(death)));
        builder.AddRollupsNode(
            NodeServices.Parse(builder.Configuration["services"] ?? throw new ArgumentException("--services NAMES is missing.")),
            "Crash:OrderFile",
            "services"
        );
        using var host = builder.Build();
        await host.PrepareRollupsNodeAsync(CancellationToken.None);
        await host.RunToEndAsync();
    }
}
