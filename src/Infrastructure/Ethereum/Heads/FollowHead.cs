using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Rollups.Ethereum;

/// <summary>
/// Reads the head once per process and delivers it to every <see cref="IHeadListener"/>. It stops before any other service does, because
/// the listeners need them.
/// </summary>
internal sealed partial class FollowHead(
    IHeadSource heads,
    IEnumerable<IHeadListener> listeners,
    IOptions<EthereumOptions> options,
    TimeProvider clock,
    ILogger<FollowHead> logger
) : BackgroundService, IHostedLifecycleService
{
    private readonly TimeSpan _interval = options.Value.PollingInterval;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Called before the first StopAsync of the host.
    public Task StoppingAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var deliveries = listeners.Select(listener => new HeadDelivery(listener, logger)).ToList();
        try
        {
            await Task.WhenAll(
                deliveries.Select(delivery => delivery.RunAsync(stoppingToken)).Append(ReadAsync(deliveries, stoppingToken))
            );
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private async Task ReadAsync(List<HeadDelivery> deliveries, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await foreach (var head in heads.FollowAsync(stoppingToken))
                    deliveries.ForEach(delivery => delivery.Put(head));
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogLost(logger, exception, exception.Message, _interval);
            }

            await Task.Delay(_interval, clock, stoppingToken);
        }
    }

    [LoggerMessage(
        11,
        LogLevel.Error,
        "The node lost the head of L1 by an unexpected error: {Error} It follows the head again in {Interval}; until then the fallback "
            + "syncs find the work."
    )]
    private static partial void LogLost(ILogger logger, Exception exception, string error, TimeSpan interval);
}
