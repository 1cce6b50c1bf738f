using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence;

/// <summary>SQLite: the write gate makes every transaction the only writer, so row locks are not needed, and leases live in the process.</summary>
internal sealed class SqliteProvider : IDatabaseProvider
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int UniqueViolation = 2067;
    private const int PrimaryKeyViolation = 1555;

    private readonly ConcurrentDictionary<string, ProcessLease> _leases = new();

    public bool HasOneWriter => true;

    public Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken) =>
        db.Applications.AnyAsync(app => app.Id == applicationId, cancellationToken);

    public Task<bool> TryLockOutboxLaneAsync(RollupsDbContext db, short lane, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> TryAddInboxAsync(RollupsDbContext db, Guid messageId, Guid consumerId, DateTimeOffset receivedAt, CancellationToken cancellationToken) =>
        InboxInsert.TryAddAsync(db, messageId, consumerId, receivedAt, cancellationToken);

    public async Task<TSaga?> LoadForUpdateAsync<TSaga>(RollupsDbContext db, Guid correlationId, CancellationToken cancellationToken)
        where TSaga : class =>
        await db.Set<TSaga>().FindAsync([correlationId], cancellationToken);

    public bool IsTransient(Exception exception) => exception switch
    {
        DbUpdateConcurrencyException => true,
        DbUpdateException { InnerException: { } inner } => IsTransient(inner),
        SqliteException { SqliteErrorCode: Busy or Locked } => true,
        SqliteException { SqliteExtendedErrorCode: UniqueViolation or PrimaryKeyViolation } => true,
        _ => false,
    };

    public Task<ILease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken)
    {
        var lease = new ProcessLease(name, _leases);
        return Task.FromResult<ILease?>(_leases.TryAdd(name, lease) ? lease : null);
    }

    private sealed class ProcessLease(string name, ConcurrentDictionary<string, ProcessLease> leases) : ILease
    {
        public string Name => name;

        public CancellationToken Lost => CancellationToken.None;

        public ValueTask DisposeAsync()
        {
            leases.TryRemove(new KeyValuePair<string, ProcessLease>(name, this));
            return ValueTask.CompletedTask;
        }
    }
}
