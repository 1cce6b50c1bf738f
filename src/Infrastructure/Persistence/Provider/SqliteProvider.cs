using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>
/// SQLite: the write gate makes every transaction the only writer, so row locks are not needed, and leases live in the process.
/// </summary>
internal sealed class SqliteProvider(string file) : IDatabaseProvider, IDisposable
{
    private readonly InProcessLeases _leases = InProcessLeases.Of(file);
    private SqliteFileLock? _lock;

    public bool HasOneWriter => true;

    public void Dispose() => Interlocked.Exchange(ref _lock, null)?.Dispose();

    public Task EnsureUsableAsync(CancellationToken cancellationToken)
    {
        if (_lock is null)
            Interlocked.Exchange(ref _lock, SqliteFileLock.Take(file))?.Dispose();
        return Task.CompletedTask;
    }

    public Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return db.Applications.AnyAsync(app => app.Id == applicationId, cancellationToken);
    }

    public async Task<bool> LockApplicationAsync(
        RollupsDbContext db,
        int applicationId,
        ILease fence,
        CancellationToken cancellationToken
    ) => await HoldLeaseAsync(db, fence, cancellationToken) && await LockApplicationAsync(db, applicationId, cancellationToken);

    public Task<bool> HoldLeaseAsync(RollupsDbContext db, ILease lease, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return Task.FromResult(_leases.IsHeld(lease));
    }

    /// <remarks>
    /// There is one process with one dispatcher: nothing else delivers a lane, so the dispatcher needs no transaction here.
    /// </remarks>
    public async Task<IReadOnlyList<OutboxMessage>?> TakeOutboxLaneAsync(
        RollupsDbContext db,
        short lane,
        bool wait,
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    ) =>
        await db
            .Outbox.AsNoTracking()
            .Where(message => message.Lane == lane && (message.NotBefore == null || message.NotBefore <= now || message.Attempts > 0))
            .OrderBy(message => message.Id)
            .Take(limit)
            .ToListAsync(cancellationToken);

    public Task<bool> TryAddInboxAsync(
        RollupsDbContext db,
        Guid messageId,
        Guid consumerId,
        DateTimeOffset receivedAt,
        CancellationToken cancellationToken
    ) => InboxInsert.TryAddAsync(db, messageId, consumerId, receivedAt, cancellationToken);

    public Task AddInputsAsync(RollupsDbContext db, IReadOnlyList<Input> inputs, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return SqliteRows.AddInputsAsync(db, inputs, cancellationToken);
    }

    public Task AddTreeChunksAsync(RollupsDbContext db, IReadOnlyList<OutputsTreeChunk> chunks, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return SqliteRows.AddTreeChunksAsync(db, chunks, cancellationToken);
    }

    public Task<HashSet<Guid>> AddInboxAsync(
        RollupsDbContext db,
        IReadOnlyList<Guid> messageIds,
        Guid consumerId,
        DateTimeOffset receivedAt,
        CancellationToken cancellationToken
    ) => InboxInsert.AddAsync(db, messageIds, consumerId, receivedAt, cancellationToken);

    public Task<int> StoreResultsAsync(RollupsDbContext db, ResultRows rows, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return SqliteResults.StoreAsync(db, rows, cancellationToken);
    }

    public async Task<TSaga?> LoadForUpdateAsync<TSaga>(RollupsDbContext db, Guid correlationId, CancellationToken cancellationToken)
        where TSaga : class
    {
        TransactionRequired.By(db);
        return await db.Set<TSaga>().FindAsync([correlationId], cancellationToken);
    }

    public DatabaseFailure? FailureOf(Exception exception) => SqliteFailures.Of(exception)?.Failure;

    public string? Explain(Exception exception) => SqliteFailures.Of(exception)?.Sentence;

    public Task<ILease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult(_leases.TryAcquire(name));

    /// <remarks>Only one process uses the file.</remarks>
    public Task<int> CountReplicasAsync(string group, CancellationToken cancellationToken) => Task.FromResult(1);
}
