using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rollups.Messaging.Tests.Nodes;

/// <summary>Keeps what is logged, by event id.</summary>
internal sealed class TestLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, int Id, string Text)> _entries = [];

    public IEnumerable<string> Of(int eventId) => _entries.Where(entry => entry.Id == eventId).Select(entry => entry.Text);

    /// <summary>The newest lines.</summary>
    public IEnumerable<string> Newest(int count) => _entries.TakeLast(count).Select(entry => entry.Text);

    public IEnumerable<LogLevel> LevelsOf(int eventId) => _entries.Where(entry => entry.Id == eventId).Select(entry => entry.Level);

    public ILogger CreateLogger(string categoryName) => this;

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
            _entries.Enqueue((logLevel, eventId.Id, formatter(state, exception)));
    }

    public void Dispose()
    {
        // Nothing to give back.
    }
}
