using System.Collections.Concurrent;
using System.Data;
using Microsoft.Extensions.Logging;
using Npgsql;
using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>
/// One database session with the advisory locks that it holds. It ends once, with its connection, and all its leases end with it.
/// </summary>
internal sealed partial class PostgresLeaseSession : IAsyncDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    // The server reports both settings by itself since version 14, with the connection's next keepalive at the latest. A pooler may keep
    // such reports back, so behind one a statement asks every 15 s; otherwise only once a minute, in case that something else does.
    private static readonly string[] Refusals = ["default_transaction_read_only", "in_hot_standby"];
    private const int ChecksPerStatement = 3;
    private const int ChecksPerStatementIfReported = 12;

    private readonly NpgsqlConnection _connection;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, Lease> _leases = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly PeriodicTimer _timer;
    private readonly Task _check;
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);
    private readonly int _checksPerStatement;
    private int _ended;

    /// <param name="connection">Open, and a session of its own.</param>
    /// <param name="isDirect">Whether no pooler is between.</param>
    /// <param name="time">For the checks.</param>
    /// <param name="logger">Log.</param>
    public PostgresLeaseSession(NpgsqlConnection connection, bool isDirect, TimeProvider time, ILogger logger)
    {
        _connection = connection;
        _checksPerStatement =
            isDirect && Refusals.All(connection.PostgresParameters.ContainsKey) ? ChecksPerStatementIfReported : ChecksPerStatement;
        _logger = logger;
        _connection.StateChange += OnStateChange;
        _timer = new PeriodicTimer(CheckInterval, time);
        _check = CheckAsync();
    }

    /// <summary>True once the connection is lost; from then on nothing can be acquired.</summary>
    public bool Ended => Volatile.Read(ref _ended) == 1;

    /// <summary>The lease, or null when this or another session holds it.</summary>
    public async Task<ILease?> TryAcquireAsync(string name)
    {
        if (_leases.ContainsKey(name))
            return null;
        // Not cancellable: a cancelled statement could leave an untracked lock.
        if (await ExecuteAsync("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name) is not true)
            return null;
        if (await NextTermAsync(name) is not { } term)
        {
            await UnlockAsync(name);
            return null;
        }

        var lease = new Lease(name, term, this);
        _leases[name] = lease;
        if (Ended)
            lease.Lose();
        return lease;
    }

    /// <summary>
    /// Turns every earlier owner into a former one. Null while one of them has a fenced transaction open, because it may still commit. A
    /// term contains the time, in microseconds: a failover may lose the newest terms, and the next owner must not get the number of a
    /// former one that does not know yet that it lost the lease.
    /// </summary>
    private async Task<long?> NextTermAsync(string name)
    {
        const string next = """
            UPDATE leases SET term = greatest(term + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
            WHERE name = (SELECT name FROM leases WHERE name = $1 FOR NO KEY UPDATE SKIP LOCKED) RETURNING term
            """;
        const string first =
            "INSERT INTO leases (name, term) VALUES ($1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) ON CONFLICT (name) DO "
            + "NOTHING RETURNING term";
        return await ExecuteAsync(next, name) as long? ?? await ExecuteAsync(first, name) as long?;
    }

    private async Task UnlockAsync(string name) => await ExecuteAsync("SELECT pg_advisory_unlock(hashtextextended($1, 0))", name);

    /// <summary>
    /// Sessions of the group, including this one: each holds a shared lock on the group's name. Must not be called concurrently.
    /// </summary>
    public async Task<int> CountReplicasAsync(string group)
    {
        // Every repetition would count as one more hold of the same lock.
        if (!_groups.Contains(group))
        {
            await ExecuteAsync("SELECT pg_advisory_lock_shared(hashtextextended($1, 0))", group);
            _groups.Add(group);
        }

        const string count = """
            SELECT count(*)::int FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND mode = 'ShareLock' AND objsubid = 1
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND ((classid::bigint << 32) | objid::bigint) = hashtextextended($1, 0)
            """;
        var replicas = (int)(await ExecuteAsync(count, group))!;
        if (replicas > 0)
            return replicas;
        // This process's own lock is missing, so those of its leases are missing too.
        await CloseAsync("the server has lost its locks");
        throw new OperatorException(SessionProof.Refusal);
    }

    /// <summary>Ends the session in the background, and its leases immediately.</summary>
    public void Drop(string reason)
    {
        if (!Ended)
            _ = Task.Run(() => CloseAsync(reason));
    }

    /// <summary>Another process has held the lease since: this process's ownership is void, even if its lock still exists.</summary>
    public static async Task OutdatedAsync(ILease lease)
    {
        if (
            lease is not Lease outdated
            || !outdated.Session._leases.Contains(new KeyValuePair<string, Lease>(lease.Name, outdated))
            || outdated.Session.Ended
        )
            return;
        LogOutdated(outdated.Session._logger, lease.Name, lease.Term);
        LeaseTelemetry.Outdated.Add(1, new KeyValuePair<string, object?>("lease", lease.Name.Split(':')[0]));
        outdated.Lose();
        await outdated.Session.ReleaseAsync(outdated);
    }

    public async ValueTask DisposeAsync()
    {
        End(null, "it is no longer needed");
        _timer.Dispose();
        await _check;
        await _connection.DisposeAsync();
    }

    private async Task ReleaseAsync(Lease lease)
    {
        if (!_leases.TryRemove(new KeyValuePair<string, Lease>(lease.Name, lease)) || Ended)
            return;
        try
        {
            await UnlockAsync(lease.Name);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The session has ended, and its lock with it.
        }
    }

    private async Task CheckAsync()
    {
        for (var check = 1; await _timer.WaitForNextTickAsync() && !Ended; check++)
        {
            try
            {
                // A server that became a standby or read-only keeps its connections open, but the leases must not stay on it.
                if (HasReportedRefusal || (check % _checksPerStatement == 0 && await RefusesWritesAsync()))
                    await CloseAsync("its server no longer accepts writes");
            }
            catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private bool HasReportedRefusal => Refusals.Any(setting => _connection.PostgresParameters.GetValueOrDefault(setting) == "on");

    private async Task<bool> RefusesWritesAsync() =>
        await ExecuteAsync("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean", null) is true;

    private async Task<object?> ExecuteAsync(string sql, string? parameter)
    {
        await _turn.WaitAsync();
        try
        {
            await using var command = new NpgsqlCommand(sql, _connection);
            if (parameter is not null)
                command.Parameters.Add(new NpgsqlParameter { Value = parameter });
            return await command.ExecuteScalarAsync();
        }
        catch (Exception exception)
        {
            // Whatever the failure was, it is no longer certain what this session holds: let the server release all of it.
            var hadEnded = Ended;
            End(exception, PostgresFailures.Of(exception)?.Sentence ?? "a statement failed");
            await _connection.CloseAsync();
            // Its own close came between two statements. That is a failure of the connection, not of the program.
            if (hadEnded && exception is InvalidOperationException)
                throw new NpgsqlException("The database session that held the leases has ended.", exception);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private void OnStateChange(object sender, StateChangeEventArgs change)
    {
        if (change.CurrentState is ConnectionState.Closed or ConnectionState.Broken)
            End(null, "its connection broke");
    }

    private async Task CloseAsync(string reason)
    {
        End(null, reason);
        await _turn.WaitAsync();
        try
        {
            await _connection.CloseAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    private void End(Exception? exception, string reason)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1)
            return;
        _connection.StateChange -= OnStateChange;
        if (!_leases.IsEmpty)
            LogLost(_logger, exception, _leases.Count, reason);
        foreach (var lease in _leases.Values)
            lease.Lose();
    }

    [LoggerMessage(
        EventId = 1101,
        Level = LogLevel.Warning,
        Message = "The database session that held {Count} leases ended: {Reason}. Work under them stops in this process; the next "
            + "holder of each lease continues from the database."
    )]
    private static partial void LogLost(ILogger logger, Exception? exception, int count, string reason);

    [LoggerMessage(
        EventId = 1102,
        Level = LogLevel.Warning,
        Message = "The lease {Name} of this process is outdated: its term {Term} is not the one in the database. None of the work "
            + "under it was committed. The process releases the lease and asks for it again. This happens after a database was "
            + "restored or failed over; if it recurs, check for a connection pooler between the node and PostgreSQL."
    )]
    private static partial void LogOutdated(ILogger logger, string name, long term);

    private sealed class Lease(string name, long term, PostgresLeaseSession session) : ILease
    {
        private readonly CancellationTokenSource _lost = new();

        public PostgresLeaseSession Session => session;

        public string Name => name;

        public long Term => term;

        public CancellationToken Lost => _lost.Token;

        // On another thread, so that the holder's reaction does not delay the other leases.
        public void Lose() => _ = _lost.CancelAsync();

        public async ValueTask DisposeAsync() => await session.ReleaseAsync(this);
    }
}
