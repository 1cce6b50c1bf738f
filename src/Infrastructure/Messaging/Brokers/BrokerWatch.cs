using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Settings;

namespace Rollups.Messaging;

/// <summary>
/// Watches whether the bus is connected with all its queues. Notes why it is not, and ends the process when that has lasted for too long:
/// then something is wrong that the transport cannot mend by trying, and a new process may.
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
        string? told = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (bus.CheckHealth().Status == BusHealthStatus.Healthy)
            {
                if (told is not null)
                    LogConnected(logger, clock.GetElapsedTime(connected));
                (connected, told, _lastFault, state.Connection) = (clock.GetTimestamp(), null, null, null);
                continue;
            }

            if (clock.GetElapsedTime(connected) >= options.GiveUpAfter)
                throw new OperatorException(
                    $"The node has had no connection to the broker for {options.GiveUpAfter} and ends, so that its supervisor starts it "
                        + $"again. {_lastFault}"
                );
            // Until the first failure there is nothing to say: the bus is connecting.
            if (_lastFault is not { } reason || told == reason)
                continue;
            state.Connection = reason;
            // One warning per outage; that its reason changes is worth a line, not another alarm.
            if (told is null)
                LogDisconnected(logger, reason, options.GiveUpAfter);
            else
                LogStillDisconnected(logger, reason);
            told = reason;
        }
    }

    private sealed class Observation(ConnectHandle handle) : IDisposable
    {
        public void Dispose() => handle.Disconnect();
    }

    [LoggerMessage(
        136,
        LogLevel.Warning,
        "The bus is not connected: {Reason} It is tried again with growing waits, up to half a minute; the outbox keeps what is published, "
            + "services work on by their fallback sync. After {GiveUpAfter} the process ends."
    )]
    private static partial void LogDisconnected(ILogger logger, string reason, TimeSpan giveUpAfter);

    [LoggerMessage(139, LogLevel.Information, "The bus is still not connected: {Reason}")]
    private static partial void LogStillDisconnected(ILogger logger, string reason);

    [LoggerMessage(137, LogLevel.Information, "The bus is connected again, after {Elapsed}.")]
    private static partial void LogConnected(ILogger logger, TimeSpan elapsed);
}
