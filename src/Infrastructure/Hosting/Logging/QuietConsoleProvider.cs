using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Persistence;

namespace Rollups.Hosting;

/// <summary>
/// The console, with three kinds of MassTransit's records at debug: those of a broker outage and of retries during a database outage,
/// because one per queue, message and attempt would bury the node's own sentence, and retries after two writers met, because the retry
/// succeeds. Its other records keep their level, also the error that it reports when no retry has succeeded.
/// </summary>
[ProviderAlias("Console")]
internal sealed class QuietConsoleProvider(ILoggerProvider console, IServiceProvider services) : ILoggerProvider, ISupportExternalScope
{
    private const string Category = "MassTransit";

    public ILogger CreateLogger(string categoryName)
    {
        var logger = console.CreateLogger(categoryName);
        var isOfBus = categoryName == Category || categoryName.StartsWith(Category + ".", StringComparison.Ordinal);
        return isOfBus ? new QuietLogger(logger, categoryName, services) : logger;
    }

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) =>
        (console as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

    public void Dispose() => console.Dispose();

    private sealed class QuietLogger(ILogger logger, string category, IServiceProvider services) : ILogger
    {
        // Created when needed: the factory is under construction while this provider is.
        private ILogger? _filtered;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsNoise(logLevel, exception))
            {
                logLevel = LogLevel.Debug;
                _filtered ??= services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
                if (!_filtered.IsEnabled(logLevel))
                    return;
            }

            logger.Log(logLevel, eventId, state, exception, formatter);
        }

        private bool IsNoise(LogLevel level, Exception? exception) =>
            level >= LogLevel.Warning
            && exception is not null
            && (BrokerNoise.Is(exception) || (IsOfRetry(level, exception) && IsOutageOrConflict(exception)));

        // A cancelled delivery, an error of the transport, is a message that went back to its queue: the outage outlasts its hold.
        private static bool IsOfRetry(LogLevel level, Exception exception) =>
            level == LogLevel.Warning || exception is OperationCanceledException;

        // A failure that passes but is no outage, such as a missing privilege, has no other record.
        private bool IsOutageOrConflict(Exception exception) =>
            LoggedOutage.LevelOf(exception, LogLevel.Warning) == LogLevel.Debug
            || services.GetService<IDatabaseProvider>()?.IsConflict(exception) == true;
    }
}
