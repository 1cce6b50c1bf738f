using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence;

/// <summary>SQLite: the write gate makes every transaction the only writer, so row locks are not needed, and leases live in the process.</summary>
internal sealed class SqliteProvider(string file) : IDatabaseProvider
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int UniqueViolation = 2067;
    private const int PrimaryKeyViolation = 1555;

    private readonly InProcessLeases _leases = InProcessLeases.Of(file);

    public bool HasOneWriter => true;

    public Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return db.Applications.AnyAsync(app => app.Id == applicationId, cancellationToken);
    }

    public async Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, ILease fence, CancellationToken cancellationToken) =>
        await HoldLeaseAsync(db, fence, cancellationToken) && await LockApplicationAsync(db, applicationId, cancellationToken);

    public Task<bool> HoldLeaseAsync(RollupsDbContext db, ILease lease, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return Task.FromResult(_leases.IsHeld(lease));
    }

    /// <remarks>One process, one dispatcher: nobody else delivers a lane, so the dispatcher may ask without a transaction.</remarks>
    public Task<bool> TryLockOutboxLaneAsync(RollupsDbContext db, short lane, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> LockOutboxLaneAsync(RollupsDbContext db, short lane, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> TryAddInboxAsync(RollupsDbContext db, Guid messageId, Guid consumerId, DateTimeOffset receivedAt, CancellationToken cancellationToken) =>
        InboxInsert.TryAddAsync(db, messageId, consumerId, receivedAt, cancellationToken);

    public async Task<TSaga?> LoadForUpdateAsync<TSaga>(RollupsDbContext db, Guid correlationId, CancellationToken cancellationToken)
        where TSaga : class
    {
        TransactionRequired.By(db);
        return await db.Set<TSaga>().FindAsync([correlationId], cancellationToken);
    }

    public bool IsTransient(Exception exception) => IsConflict(exception) || Causes.Of(exception).Any(cause => cause is SqliteException { SqliteErrorCode: Busy or Locked });

    public bool IsConflict(Exception exception) => Causes.Of(exception).Any(cause =>
        cause is DbUpdateConcurrencyException or SqliteException { SqliteExtendedErrorCode: UniqueViolation or PrimaryKeyViolation });

    public Task<ILease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_leases.TryAcquire(name));

    /// <remarks>One process has the file.</remarks>
    public Task<int> CountReplicasAsync(string group, CancellationToken cancellationToken) => Task.FromResult(1);
}
