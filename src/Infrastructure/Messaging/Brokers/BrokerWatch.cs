using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Settings;

namespace Rollups.Messaging;

/// <summary>
/// Watches whether the bus is connected with all its queues. Records why it is not, and ends the process when that has lasted too long: the
/// transport's retries have not helped, and a new process may.
/// </summary>
internal sealed partial class BrokerWatch(
    IBusControl bus,
    BrokerState state,
    RabbitMqOptions options,
    TimeProvider clock,
    ILogger<BrokerWatch> logger
) : BackgroundService, IReceiveEndpointObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private volatile string? _lastFault;

    public Task Ready(ReceiveEndpointReady ready) => Task.CompletedTask;

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted)
    {
        // A cancelled attempt explains nothing.
        if (faulted.Exception is { } exception and not OperationCanceledException)
            _lastFault = BrokerFault.Describe(exception, options);
        return Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var observer = new Observation(bus.ConnectReceiveEndpointObserver(this));
        using var timer = new PeriodicTimer(Interval, clock);
        var connected = clock.GetTimestamp();
        string? reported = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (bus.CheckHealth().Status == BusHealthStatus.Healthy)
            {
                if (reported is not null)
                    LogConnected(logger, clock.GetElapsedTime(connected));
                (connected, reported, _lastFault, state.Connection) = (clock.GetTimestamp(), null, null, null);
                continue;
            }

            if (clock.GetElapsedTime(connected) >= options.GiveUpAfter)
                throw new OperatorException(
                    $"The node has had no connection to the broker for {options.GiveUpAfter} and ends, so that its supervisor "
                        + $"restarts it. {_lastFault}"
                );
            // Before the first failure there is nothing to report: the bus is connecting.
            if (_lastFault is not { } reason || reported == reason)
                continue;
            state.Connection = reason;
            // One warning per outage. A changed reason is worth a line, but not another alarm.
            if (reported is null)
                LogDisconnected(logger, reason, options.GiveUpAfter);
            else
                LogStillDisconnected(logger, reason);
            reported = reason;
        }
    }

    private sealed class Observation(ConnectHandle handle) : IDisposable
    {
        public void Dispose() => handle.Disconnect();
    }

    [LoggerMessage(
        136,
        LogLevel.Warning,
        "The bus is not connected: {Reason} The node retries with growing waits, up to half a minute. The outbox keeps "
            + "published messages, and the services continue by their fallback syncs. After {GiveUpAfter} the process ends."
    )]
    private static partial void LogDisconnected(ILogger logger, string reason, TimeSpan giveUpAfter);

    [LoggerMessage(139, LogLevel.Information, "The bus is still not connected: {Reason}")]
    private static partial void LogStillDisconnected(ILogger logger, string reason);

    [LoggerMessage(137, LogLevel.Information, "The bus is connected again, after {Elapsed}.")]
    private static partial void LogConnected(ILogger logger, TimeSpan elapsed);
}
