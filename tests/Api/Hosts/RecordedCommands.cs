using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Rollups.Api.Tests.Hosts;

/// <summary>The reading statements that a host sends to its database.</summary>
internal sealed class RecordedCommands : DbCommandInterceptor
{
    private readonly List<Statement> _statements = [];
    private long _feedReads;
    private long _failures;
    private int _waiting;

    /// <summary>How often the log of the feed was read.</summary>
    public long FeedReads => Interlocked.Read(ref _feedReads);

    /// <summary>Those sent since the last call.</summary>
    public IReadOnlyList<Statement> Take()
    {
        lock (_statements)
        {
            Statement[] taken = [.. _statements];
            _statements.Clear();
            return taken;
        }
    }

    /// <summary>If set, what a transaction of the feed's recorder meets.</summary>
    public Func<Exception>? Outage { get; set; }

    /// <summary>How many have met it.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>If set, what the database gets instead of every recorded statement.</summary>
    public string? Instead { get; set; }

    /// <summary>How long each of them waits first.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How many have waited at the same time.</summary>
    public int MostAtOnce { get; private set; }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        if (Outage is { } failure && command.CommandText.StartsWith("UPDATE feed_log", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _failures);
            throw failure();
        }

        // The host's dispatcher looks into the outbox now and then.
        if (command.CommandText.Contains("outbox", StringComparison.Ordinal))
            return result;
        // So does the one reader of the feed's log.
        if (command.CommandText.Contains("feed_", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _feedReads);
            return result;
        }

        lock (_statements)
        {
            _statements.Add(
                new Statement(command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(it => (it.ParameterName, it.Value))])
            );
            MostAtOnce = Math.Max(MostAtOnce, ++_waiting);
        }

        try
        {
            await Task.Delay(Delay, cancellationToken);
            command.CommandText = Instead ?? command.CommandText;
            return result;
        }
        finally
        {
            lock (_statements)
                _waiting--;
        }
    }

    /// <summary>A statement with its parameters.</summary>
    internal sealed record Statement(string Sql, IReadOnlyList<(string Name, object? Value)> Parameters);
}
