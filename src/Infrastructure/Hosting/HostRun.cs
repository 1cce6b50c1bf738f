using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Settings;

namespace Rollups.Hosting;

/// <summary>Runs a host and distinguishes a fault from an ordinary end.</summary>
public static class HostRun
{
    /// <summary>
    /// Runs until the host is stopped. A background service that fails stops the host; the host itself would treat that as an ordinary end.
    /// </summary>
    /// <exception cref="OperatorException">A service did not stop in the time of <see cref="ShutdownOptions"/>.</exception>
    /// <exception cref="Exception">The failure of a background service.</exception>
    public static async Task RunToEndAsync(this IHost host, CancellationToken cancellationToken = default)
    {
        var isStopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        // Before the run, which disposes the services at its end.
        var services = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        var shutdown = host.Services.GetService<ShutdownOptions>();
        try
        {
            await host.RunAsync(cancellationToken);
        }
        catch (Exception exception) when (shutdown is not null && isStopping.IsCancellationRequested && IsTimeout(exception))
        {
            throw new OperatorException(shutdown.Overrun, exception);
        }

        if (services.Find(service => service.ExecuteTask is { IsFaulted: true }) is { } failed)
            await failed.ExecuteTask!;
    }

    private static bool IsTimeout(Exception exception) =>
        exception is OperationCanceledException
        || (exception is AggregateException all && all.InnerExceptions.All(inner => inner is OperationCanceledException));
}
