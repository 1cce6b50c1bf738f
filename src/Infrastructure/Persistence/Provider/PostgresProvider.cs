using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Rollups.Persistence;

/// <summary>PostgreSQL: row locks and advisory locks.</summary>
internal sealed class PostgresProvider : IDatabaseProvider, IAsyncDisposable
{
    private readonly NpgsqlDataSource _leaseSource;

    public PostgresProvider(NpgsqlConnectionStringBuilder connection)
    {
        // A lease lives and dies with its session: no pool, and a keepalive that notices a dead line.
        var own = new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Pooling = false, KeepAlive = 5, ApplicationName = "rollups-leases" };
        _leaseSource = new NpgsqlDataSourceBuilder(own.ConnectionString).Build();
    }

    public bool HasOneWriter => false;

    public ValueTask DisposeAsync() => _leaseSource.DisposeAsync();

    public async Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken) =>
        (await db.Database.SqlQuery<int>($"SELECT id FROM applications WHERE id = {applicationId} FOR NO KEY UPDATE").ToListAsync(cancellationToken)).Count == 1;

    public async Task<bool> TryLockOutboxLaneAsync(RollupsDbContext db, short lane, CancellationToken cancellationToken) =>
        (await db.Database.SqlQuery<short>($"SELECT lane FROM outbox_lanes WHERE lane = {lane} FOR UPDATE SKIP LOCKED").ToListAsync(cancellationToken)).Count == 1;

    public Task<bool> TryAddInboxAsync(RollupsDbContext db, Guid messageId, Guid consumerId, DateTimeOffset receivedAt, CancellationToken cancellationToken) =>
        InboxInsert.TryAddAsync(db, messageId, consumerId, receivedAt, cancellationToken);

    public async Task<TSaga?> LoadForUpdateAsync<TSaga>(RollupsDbContext db, Guid correlationId, CancellationToken cancellationToken)
        where TSaga : class
    {
        var table = db.Model.FindEntityType(typeof(TSaga))!.GetTableName()!;
        var sql = string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM \"{table}\" WHERE correlation_id = {{0}} FOR UPDATE");
        return (await db.Set<TSaga>().FromSqlRaw(sql, correlationId).ToListAsync(cancellationToken)).SingleOrDefault();
    }

    public bool IsTransient(Exception exception) => exception switch
    {
        DbUpdateConcurrencyException => true,
        DbUpdateException { InnerException: { } inner } => IsTransient(inner),
        PostgresException postgres => postgres.IsTransient || postgres.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.LockNotAvailable,
        NpgsqlException npgsql => npgsql.IsTransient,
        _ => false,
    };

    public async Task<ILease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken)
    {
        var connection = await _leaseSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", connection) { Parameters = { new() { Value = name } } };
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
                return new SessionLease(name, connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    private sealed class SessionLease : ILease
    {
        private readonly NpgsqlConnection _connection;
        private readonly CancellationTokenSource _lost = new();

        public SessionLease(string name, NpgsqlConnection connection)
        {
            Name = name;
            _connection = connection;
            Lost = _lost.Token;
            _connection.StateChange += (_, change) =>
            {
                if (change.CurrentState is System.Data.ConnectionState.Closed or System.Data.ConnectionState.Broken)
                    _lost.Cancel();
            };
        }

        public string Name { get; }

        public CancellationToken Lost { get; }

        public ValueTask DisposeAsync() => _connection.DisposeAsync();
    }
}
