using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rollups.Integration.Tests;

/// <summary>Keeps what a node's own code logs at warning or above.</summary>
internal sealed class WarningLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(string Category, string Text)> _lines = [];

    /// <summary>The lines of categories that begin so.</summary>
    public IReadOnlyList<string> Of(params string[] categories) =>
        [
            .. _lines
                .Where(line => categories.Any(category => line.Category.StartsWith(category, StringComparison.Ordinal)))
                .Select(line => line.Text),
        ];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
        // Nothing to give back.
    }

    private sealed class Logger(WarningLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
                log._lines.Enqueue((category, formatter(state, exception)));
        }
    }
}
