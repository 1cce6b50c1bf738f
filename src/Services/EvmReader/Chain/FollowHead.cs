using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.EvmReader.Inputs;
using Rollups.Messaging;

namespace Rollups.EvmReader.Chain;

/// <summary>Wakes the reader at every new head.</summary>
internal sealed partial class FollowHead(IHeadSource heads, IWorkRunner<ReadInputs> runner, ILogger<FollowHead> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var head in heads.FollowAsync(stoppingToken))
                await WakeAsync(head, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(logger);
        }
    }

    private async Task WakeAsync(BlockHeader head, CancellationToken cancellationToken)
    {
        try
        {
            await runner.WakeAsync(WorkKey.Chain, WorkTrigger.Event, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, head.Number, exception.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "No longer following the head of L1: the service stops.")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(
        2,
        LogLevel.Error,
        "Reading L1 up to block {Block} failed: {Error} No cursor moved; the next head or the fallback sync reads again."
    )]
    private static partial void LogFailed(ILogger logger, ulong block, string error);
}
