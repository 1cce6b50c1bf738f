using Rollups.Cli.Output;

namespace Rollups.Cli.L1;

/// <summary>Prints the warnings of the L1 layer on stderr: a key that others can read, a head that cannot be read.</summary>
internal sealed class NotesLogger(CommandOutput output) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Rollups.", StringComparison.Ordinal)
            ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

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
        ArgumentNullException.ThrowIfNull(formatter);
        if (IsEnabled(logLevel))
            output.Note($"warning: {formatter(state, exception)}");
    }

    public void Dispose() { }
}
