using Microsoft.Extensions.Logging;
using Npgsql;

namespace Rollups.Persistence;

/// <summary>
/// Empties the pool after a failure that its other connections share. Every attempt during an outage calls this, so it logs once per
/// minute.
/// </summary>
internal sealed partial class StaleConnections(NpgsqlDataSource source, TimeProvider time, ILogger logger)
{
    private static readonly long Interval = (long)TimeSpan.FromMinutes(1).TotalSeconds;

    private readonly Lock _lock = new();
    private long? _logged;

    public void Drop(FailureRule rule)
    {
        source.Clear();
        if (rule.Stale != Stale.All)
            return;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_logged is { } last && now - last < Interval * time.TimestampFrequency)
                return;
            _logged = now;
        }

        LogDropped(logger, rule.Sentence);
    }

    [LoggerMessage(
        EventId = 1103,
        Level = LogLevel.Information,
        Message = "PostgreSQL failed a statement because {Reason}. The node drops all connections to it, including the lease session, "
            + "and chooses anew among the hosts of Database:ConnectionString. Work waits until one of them accepts writes."
    )]
    private static partial void LogDropped(ILogger logger, string reason);
}
