using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Claimer;

/// <summary>
/// Wakes the Claimer at every head for applications with an unsettled claim, because any head may carry a receipt or a claim. Without
/// such an application it costs one query per head.
/// </summary>
internal sealed partial class FollowHeadForClaims(IHeadSource heads, IWorkRunner<SettleClaims> runner, ILogger<FollowHeadForClaims> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var head in heads.FollowAsync(stoppingToken))
            {
                try
                {
                    await runner.WakeAllAsync(WorkTrigger.Event, stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException and not ObjectDisposedException)
                {
                    LogFailed(logger, head.Number, exception.Message);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The node stops.
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "Claims could not be looked after at block {Block}: {Error} The next head looks again.")]
    private static partial void LogFailed(ILogger logger, ulong block, string error);
}
