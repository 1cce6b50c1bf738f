using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Rollups.Hosting;

/// <summary>
/// The console, with MassTransit's records of a broker outage at debug: one record per queue and attempt would bury the node's own
/// sentence. Its other warnings keep their level.
/// </summary>
[ProviderAlias("Console")]
internal sealed class QuietConsoleProvider(ConsoleLoggerProvider console, IServiceProvider services)
    : ILoggerProvider,
        ISupportExternalScope
{
    private const string Category = "MassTransit";

    public ILogger CreateLogger(string categoryName)
    {
        var logger = console.CreateLogger(categoryName);
        var isOfBus = categoryName == Category || categoryName.StartsWith(Category + ".", StringComparison.Ordinal);
        return isOfBus ? new QuietLogger(logger, categoryName, services) : logger;
    }

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => console.SetScopeProvider(scopeProvider);

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
            if (logLevel >= LogLevel.Warning && BrokerNoise.Is(exception))
            {
                logLevel = LogLevel.Debug;
                _filtered ??= services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
                if (!_filtered.IsEnabled(logLevel))
                    return;
            }

            logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
