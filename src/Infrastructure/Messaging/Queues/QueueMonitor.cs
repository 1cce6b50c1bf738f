using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Rollups.Messaging;

/// <summary>
/// Asks the broker for its queues from time to time, as long as somebody reads the gauges. Nothing of the node waits for it: a management
/// API that is down costs the gauges, and one line in the log.
/// </summary>
internal sealed partial class QueueMonitor(
    ManagementApi api,
    QueueMetrics metrics,
    IReadOnlyCollection<string> services,
    TimeSpan interval,
    TimeProvider clock,
    ILogger<QueueMonitor> logger
) : BackgroundService
{
    // A collector comes every minute or more often.
    private static readonly TimeSpan NobodyReads = TimeSpan.FromMinutes(5);

    private string? _problem;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            do metrics.Show(metrics.Unread > NobodyReads ? [] : await QueuesAsync(stoppingToken));
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            metrics.Show([]);
        }
    }

    private async Task<IReadOnlyList<QueueState>> QueuesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var queues = QueueState.Of(await api.QueuesAsync(cancellationToken), services);
            if (_problem is not null)
                LogBack(logger, api.Address);
            _problem = null;
            return queues;
        }
        catch (ManagementException exception)
        {
            if (exception.Message != _problem)
                LogAway(logger, api.Address, exception.Message);
            _problem = exception.Message;
            return [];
        }
    }

    [LoggerMessage(
        140,
        LogLevel.Warning,
        "The broker's management API at {Address} does not tell the depth of the queues: {Problem}. The metrics rollups.queue.* are absent "
            + "until it does; messages and the node's work are not affected."
    )]
    private static partial void LogAway(ILogger logger, string address, string problem);

    [LoggerMessage(141, LogLevel.Information, "The broker's management API at {Address} tells the depth of the queues again.")]
    private static partial void LogBack(ILogger logger, string address);
}
