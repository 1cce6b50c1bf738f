using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Rollups.Messaging;

/// <summary>
/// Queries the broker for its queues from time to time, while the gauges are being read. Nothing in the node waits for it: a management API
/// that is down costs the gauges and one line in the log.
/// </summary>
internal sealed partial class QueueMonitor(
    ManagementApi api,
    QueueMetrics metrics,
    IReadOnlyCollection<string> services,
    QueueNames names,
    TimeSpan interval,
    TimeProvider clock,
    ILogger<QueueMonitor> logger
) : BackgroundService
{
    // A collector reads at least once per minute.
    private static readonly TimeSpan UnreadLimit = TimeSpan.FromMinutes(5);

    private string? _problem;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            do metrics.Show(metrics.Unread > UnreadLimit ? [] : await QueuesAsync(stoppingToken));
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
            var queues = QueueState.Of(await api.QueuesAsync(cancellationToken), services, names);
            if (_problem is not null)
                LogAnsweredAgain(logger, api.Address);
            _problem = null;
            return queues;
        }
        catch (ManagementException exception)
        {
            if (exception.Message != _problem)
                LogUnanswered(logger, api.Address, exception.Message);
            _problem = exception.Message;
            return [];
        }
    }

    [LoggerMessage(
        140,
        LogLevel.Warning,
        "The broker's management API at {Address} returned no queue depths: {Problem}. The metrics rollups.queue.* are absent "
            + "until it does; messages and the node's work are not affected."
    )]
    private static partial void LogUnanswered(ILogger logger, string address, string problem);

    [LoggerMessage(141, LogLevel.Information, "The broker's management API at {Address} returns queue depths again.")]
    private static partial void LogAnsweredAgain(ILogger logger, string address);
}
