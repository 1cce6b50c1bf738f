using MassTransit;
using Microsoft.Extensions.Logging;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Advancer.Consumers;

/// <summary>Runs a sync each time the replica's queue has been bound: at the start, and when the broker is available again.</summary>
internal sealed partial class SyncOnQueueBound(IWorkRunner<AdvanceInputs> runner, ILogger<SyncOnQueueBound> logger)
    : IReceiveEndpointObserver
{
    /// <inheritdoc />
    public Task Ready(ReceiveEndpointReady ready)
    {
        // Not awaited: the endpoint must not wait for the sync.
        _ = SyncAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    /// <inheritdoc />
    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    /// <inheritdoc />
    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    private async Task SyncAsync()
    {
        try
        {
            await runner.WakeAllAsync(WorkTrigger.Startup, CancellationToken.None);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            // The node is stopping.
        }
        catch (Exception exception)
        {
            var level = LoggedOutage.LevelOf(exception, LogLevel.Warning);
            LogFailed(logger, level, exception.Message);
        }
    }

    [LoggerMessage(
        EventId = 300,
        Message = "advancer: the sync after binding the queue failed: {Error} The next fallback sync finds the inputs announced before."
    )]
    private static partial void LogFailed(ILogger logger, LogLevel level, string error);
}
