using Microsoft.Extensions.Logging;
using Npgsql;

namespace Rollups.Persistence;

/// <summary>
/// Leases as session advisory locks. All leases of a process share one session, so a thousand applications cost one connection. When that
/// session ends, PostgreSQL releases every lock and each holder is notified through <see cref="ILease.Lost"/>.
/// </summary>
internal sealed class PostgresLeases : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _others;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private PostgresLeaseSession? _session;

    public PostgresLeases(NpgsqlConnectionStringBuilder connection, NpgsqlDataSource others, TimeProvider time, ILogger logger)
    {
        _others = others;
        _time = time;
        _logger = logger;
        _source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(PostgresSession.ForLeases(connection).ConnectionString)
            {
                // The session is the lock, so it must not come from a pool, and a dead connection must be noticed.
                Pooling = false,
                // Each session is a new connection anyway, and a cached role of a host would lead back to the former primary.
                HostRecheckSeconds = 0,
                KeepAlive = 5,
                CommandTimeout = 5,
                // Shows the owner in pg_stat_activity: host and pid of the process that an operator has to find.
                ApplicationName = Name($"rollups-leases {Environment.ProcessId}@{Environment.MachineName}"),
            }
        );
    }

    /// <summary>The lease, or null when this or another process holds it.</summary>
    public Task<ILease?> TryAcquireAsync(string name, CancellationToken cancellationToken) =>
        InSessionAsync(session => session.TryAcquireAsync(name), cancellationToken);

    /// <summary>Joins a group of processes and counts it.</summary>
    public Task<int> CountReplicasAsync(string group, CancellationToken cancellationToken) =>
        InSessionAsync(session => session.CountReplicasAsync(group), cancellationToken);

    /// <summary>Ends the session, because its server does not accept writes.</summary>
    public void Drop(string reason) => Volatile.Read(ref _session)?.Drop(reason);

    /// <summary>Releases a lease whose term is no longer the newest, so that the process asks for it again.</summary>
    public static Task OutdatedAsync(ILease lease) => PostgresLeaseSession.OutdatedAsync(lease);

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
            await _session.DisposeAsync();
        await _source.DisposeAsync();
        _turn.Dispose();
    }

    private async Task<T> InSessionAsync<T>(Func<PostgresLeaseSession, Task<T>> act, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_session is not { Ended: false })
            {
                if (_session is not null)
                    await _session.DisposeAsync();
                _session = null;
                _session = await OpenAsync(cancellationToken);
            }

            return await act(_session);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<PostgresLeaseSession> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            var isDirect = await SessionProof.RunAsync(connection, _others, cancellationToken);
            return new PostgresLeaseSession(connection, isDirect, _time, _logger);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>PostgreSQL truncates a longer name, with a notice.</summary>
    private static string Name(string name) => name[..Math.Min(name.Length, 63)];
}
