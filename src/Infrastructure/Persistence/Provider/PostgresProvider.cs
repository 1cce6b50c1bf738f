using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Rollups.Persistence;

/// <summary>PostgreSQL: row locks and advisory locks.</summary>
internal sealed class PostgresProvider(NpgsqlConnectionStringBuilder connection, TimeProvider time, ILogger logger) : IDatabaseProvider, IAsyncDisposable
{
    private const string IdleInTransactionTimeout = "25P03";

    private readonly PostgresLeases _leases = new(connection, time, logger);

    public bool HasOneWriter => false;

    public ValueTask DisposeAsync() => _leases.DisposeAsync();

    public async Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return (await db.Database.SqlQuery<int>($"SELECT id FROM applications WHERE id = {applicationId} FOR NO KEY UPDATE").ToListAsync(cancellationToken)).Count == 1;
    }

    public async Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, ILease fence, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return (await db.Database.SqlQuery<int>(
            $"""
            SELECT application.id FROM applications AS application, leases AS lease
            WHERE application.id = {applicationId} AND lease.name = {fence.Name} AND lease.term = {fence.Term}
            FOR NO KEY UPDATE OF application FOR SHARE OF lease
            """).ToListAsync(cancellationToken)).Count == 1;
    }

    public async Task<bool> HoldLeaseAsync(RollupsDbContext db, ILease lease, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return (await db.Database.SqlQuery<long>($"SELECT term FROM leases WHERE name = {lease.Name} AND term = {lease.Term} FOR SHARE").ToListAsync(cancellationToken)).Count == 1;
    }

    public async Task<bool> TryLockOutboxLaneAsync(RollupsDbContext db, short lane, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return (await db.Database.SqlQuery<short>($"SELECT lane FROM outbox_lanes WHERE lane = {lane} FOR UPDATE SKIP LOCKED").ToListAsync(cancellationToken)).Count == 1;
    }

    public async Task<bool> LockOutboxLaneAsync(RollupsDbContext db, short lane, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return (await db.Database.SqlQuery<short>($"SELECT lane FROM outbox_lanes WHERE lane = {lane} FOR UPDATE").ToListAsync(cancellationToken)).Count == 1;
    }

    public Task<bool> TryAddInboxAsync(RollupsDbContext db, Guid messageId, Guid consumerId, DateTimeOffset receivedAt, CancellationToken cancellationToken) =>
        InboxInsert.TryAddAsync(db, messageId, consumerId, receivedAt, cancellationToken);

    public async Task<TSaga?> LoadForUpdateAsync<TSaga>(RollupsDbContext db, Guid correlationId, CancellationToken cancellationToken)
        where TSaga : class
    {
        TransactionRequired.By(db);
        var table = db.Model.FindEntityType(typeof(TSaga))!.GetTableName()!;
        var sql = string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM \"{table}\" WHERE correlation_id = {{0}} FOR UPDATE");
        return (await db.Set<TSaga>().FromSqlRaw(sql, correlationId).ToListAsync(cancellationToken)).SingleOrDefault();
    }

    /// <remarks>The whole chain of causes counts: EF Core wraps a lost connection into an InvalidOperationException.</remarks>
    public bool IsTransient(Exception exception) => IsConflict(exception) || Causes.Of(exception).Any(cause =>
        cause is NpgsqlException { IsTransient: true }
            or PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or IdleInTransactionTimeout });

    public bool IsConflict(Exception exception) => Causes.Of(exception).Any(cause =>
        cause is DbUpdateConcurrencyException
            or PostgresException
            {
                SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.LockNotAvailable,
            });

    public Task<ILease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken) => _leases.TryAcquireAsync(name, cancellationToken);

    public Task<int> CountReplicasAsync(string group, CancellationToken cancellationToken) => _leases.CountReplicasAsync(group, cancellationToken);
}
