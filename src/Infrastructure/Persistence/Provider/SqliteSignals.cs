namespace Rollups.Persistence;

/// <summary>SQLite: only one process uses the file, and it knows of its own commits.</summary>
internal sealed class SqliteSignals : IDatabaseSignals
{
    public Task SendAsync(RollupsDbContext db, string channel, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ListenAsync(string channel, Action heard, CancellationToken cancellationToken)
    {
        heard();
        return Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }
}
