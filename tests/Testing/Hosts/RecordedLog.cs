using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rollups.Testing;

/// <summary>A line as it was logged.</summary>
/// <param name="Category">Name of the logger.</param>
/// <param name="Level">Its level.</param>
/// <param name="EventId">Id of its event; 0 without one.</param>
/// <param name="Text">The message, with the exception behind it.</param>
public sealed record LoggedLine(string Category, LogLevel Level, int EventId, string Text);

/// <summary>Keeps what is logged, in order.</summary>
/// <param name="least">Lines below this level are dropped.</param>
public sealed class RecordedLog(LogLevel least = LogLevel.Debug) : ILoggerProvider
{
    private readonly ConcurrentQueue<LoggedLine> _lines = [];

    /// <summary>All lines.</summary>
    public IReadOnlyList<LoggedLine> Lines => [.. _lines];

    /// <summary>The lines of the node's own code at this level.</summary>
    public IReadOnlyList<string> Of(LogLevel level) =>
        Texts(line => line.Level == level && line.Category.StartsWith("Rollups.", StringComparison.Ordinal));

    /// <summary>The lines of these categories, or of categories that begin with one of them.</summary>
    public IReadOnlyList<string> OfCategories(params string[] categories) =>
        Texts(line => categories.Any(category => line.Category.StartsWith(category, StringComparison.Ordinal)));

    /// <summary>The lines with this event id.</summary>
    public IReadOnlyList<string> OfEvent(int id) => Texts(line => line.EventId == id);

    /// <summary>The lines at this level or above, whoever logged them.</summary>
    public IReadOnlyList<string> AtLeast(LogLevel level) => Texts(line => line.Level >= level);

    /// <summary>Waits for a line with these words.</summary>
    public async Task UntilAsync(string words, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!_lines.Any(line => line.Text.Contains(words, StringComparison.Ordinal)))
            await timer.WaitForNextTickAsync(cancellationToken);
    }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Logger<RecordedLog>(this, categoryName);

    /// <summary>A logger of that class, for code that is tested without a host.</summary>
    public ILogger<T> CreateLogger<T>() => new Logger<T>(this, typeof(T).FullName!);

    /// <inheritdoc />
    public void Dispose()
    {
        // Nothing to give back.
    }

    private List<string> Texts(Func<LoggedLine, bool> wanted) => [.. _lines.Where(wanted).Select(line => line.Text)];

    private sealed class Logger<T>(RecordedLog log, string category) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= log.Least;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
                log._lines.Enqueue(new LoggedLine(category, logLevel, eventId.Id, formatter(state, exception) + exception));
        }
    }

    private LogLevel Least => least;
}
