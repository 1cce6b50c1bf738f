using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Persistence;

namespace Rollups.Hosting;

/// <summary>
/// The console, with two kinds of MassTransit's records at debug: those of a broker outage, because one per queue and attempt would bury
/// the node's own sentence, and retries after two writers met, because the retry succeeds. Its other records keep their level, also the
/// error that it reports when no retry has succeeded.
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
            && (
                BrokerNoise.Is(exception)
                || (level == LogLevel.Warning && services.GetService<IDatabaseProvider>()?.IsConflict(exception) == true)
            );
    }
}
