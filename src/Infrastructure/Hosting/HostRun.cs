using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Rollups.Hosting;

/// <summary>Runs a host and distinguishes a fault from an ordinary end.</summary>
public static class HostRun
{
    /// <summary>
    /// Runs until the host is stopped. A background service that fails stops the host; the host itself would treat that as an ordinary end.
    /// </summary>
    /// <exception cref="Exception">The failure of a background service.</exception>
    public static async Task RunToEndAsync(this IHost host, CancellationToken cancellationToken = default)
    {
        // Before the run, which disposes the services at its end.
        var services = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await host.RunAsync(cancellationToken);
        if (services.Find(service => service.ExecuteTask is { IsFaulted: true }) is { } failed)
            await failed.ExecuteTask!;
    }
}
