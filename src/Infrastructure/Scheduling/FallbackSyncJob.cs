using Microsoft.Extensions.Logging;
using Quartz;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Scheduling;

/// <summary>Runs the fallback sync of one service. A run that takes longer than the interval delays the next; they never overlap.</summary>
[DisallowConcurrentExecution]
internal sealed partial class FallbackSyncJob(IEnumerable<FallbackSync> syncs, IServiceProvider services, ILogger<FallbackSyncJob> logger)
    : IJob
{
    /// <summary>Key of the job's data: the service's name.</summary>
    public const string ServiceKey = "service";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var service = context.MergedJobDataMap.GetString(ServiceKey);
        var sync = syncs.Single(candidate => candidate.Service == service);
        try
        {
            await sync.RunAsync(services, cancellationToken);
        }
        catch (Exception exception) when (exception is ObjectDisposedException || cancellationToken.IsCancellationRequested)
        {
            // The node stops. Any other cancellation, such as a request that timed out, is a failure.
        }
        catch (Exception exception)
        {
            var level = LoggedOutage.LevelOf(exception, LogLevel.Warning);
            LogFailed(logger, level, sync.Service, exception.Message, sync.Interval);
        }
    }

    [LoggerMessage(EventId = 200, Message = "{Service}: the fallback sync failed: {Error} The next one is in {Interval}.")]
    private static partial void LogFailed(ILogger logger, LogLevel level, string service, string error, TimeSpan interval);
}
