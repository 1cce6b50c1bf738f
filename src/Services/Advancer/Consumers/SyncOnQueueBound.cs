using MassTransit;
using Microsoft.Extensions.Logging;
using Rollups.Messaging;

namespace Rollups.Advancer.Consumers;

/// <summary>Runs a sync each time the replica's queue has been bound: at the start, and when the broker is back.</summary>
internal sealed partial class SyncOnQueueBound(IWorkRunner<AdvanceInputs> runner, ILogger<SyncOnQueueBound> logger)
    : IReceiveEndpointObserver
{
    /// <inheritdoc />
    public Task Ready(ReceiveEndpointReady ready)
    {
        // Not awaited: the endpoint must not wait for the sync.
        _ = LookAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    /// <inheritdoc />
    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    /// <inheritdoc />
    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    private async Task LookAsync()
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
            LogFailed(logger, exception.Message);
        }
    }

    [LoggerMessage(
        300,
        LogLevel.Warning,
        "advancer: the look after the queue was bound failed: {Error} Inputs that were announced before are found by the next fallback "
            + "sync."
    )]
    private static partial void LogFailed(ILogger logger, string error);
}
