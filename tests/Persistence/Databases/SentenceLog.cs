using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rollups.Persistence.Tests;

/// <summary>Keeps the event ids of what is logged at information or louder, in order.</summary>
internal sealed class SentenceLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<int> _ids = [];

    /// <summary>Those of the announcements of an outage and of its end.</summary>
    public IEnumerable<int> Outages => _ids.Where(id => id is 180 or 181);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
            _ids.Enqueue(eventId.Id);
    }

    public void Dispose()
    {
        // Nothing to give back.
    }
}
