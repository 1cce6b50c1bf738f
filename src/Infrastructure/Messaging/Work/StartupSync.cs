using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// Finds everything that became due while the service was down. Retries until one search has succeeded; the runner repeats failed runs.
/// </summary>
internal sealed partial class StartupSync<TWork>(IWorkRunner<TWork> runner, string service, TimeProvider clock, ILogger<TWork> logger)
    : BackgroundService
    where TWork : IPendingWork
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(
                new RetryStrategyOptions
                {
                    // A request that timed out has the type of a cancelled one, so only the stop of the node ends the attempts.
                    ShouldHandle = new PredicateBuilder().Handle<Exception>(exception =>
                        exception is not ObjectDisposedException && !stoppingToken.IsCancellationRequested
                    ),
                    MaxRetryAttempts = int.MaxValue,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromSeconds(1),
                    MaxDelay = TimeSpan.FromSeconds(30),
                    UseJitter = true,
                    OnRetry = arguments =>
                    {
                        var exception = arguments.Outcome.Exception!;
                        var level = LoggedOutage.LevelOf(exception, LogLevel.Warning);
                        LogRetry(logger, level, service, exception.Message, arguments.RetryDelay);
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();
        try
        {
            await pipeline.ExecuteAsync(async token => await runner.WakeAllAsync(WorkTrigger.Startup, token), stoppingToken);
        }
        catch (Exception exception) when (exception is ObjectDisposedException || stoppingToken.IsCancellationRequested)
        {
            // The node stops before its first sync has succeeded.
        }
    }

    [LoggerMessage(EventId = 110, Message = "{Service}: the start-up sync failed: {Error} The next attempt is in {Delay}.")]
    private static partial void LogRetry(ILogger logger, LogLevel level, string service, string error, TimeSpan delay);
}
