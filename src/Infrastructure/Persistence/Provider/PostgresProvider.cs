using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>PostgreSQL: row locks and advisory locks.</summary>
internal sealed class PostgresProvider(
    NpgsqlDataSource source,
    NpgsqlConnectionStringBuilder connection,
    TimeProvider time,
    ILogger logger
) : IDatabaseProvider, IAsyncDisposable
{
    private readonly PostgresLeases _leases = new(connection, source, time, logger);
    private readonly StaleConnections _stale = new(source, time, logger);

    /// <summary>Called when a statement in the lease session failed, with the failure and the time since the statement began.</summary>
    public Action<Exception, TimeSpan>? LeaseSessionFailed { get; set; }

    public bool HasOneWriter => false;

    public ValueTask DisposeAsync() => _leases.DisposeAsync();

    public Task EnsureUsableAsync(CancellationToken cancellationToken) => SessionProof.RunAsync(source, cancellationToken);

    /// <summary>Drops the connections that a failure makes useless, so that the node chooses hosts anew for the next ones.</summary>
    public void Failed(Exception exception)
    {
        if (PostgresFailures.Of(exception) is not { Stale: not Stale.None } rule)
            return;
        _stale.Drop(rule);
        if (rule.Stale == Stale.All)
            _leases.Drop(rule.Sentence);
    }

    public async Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return (
                await db
                    .Database.SqlQuery<int>($"SELECT id FROM applications WHERE id = {applicationId} FOR NO KEY UPDATE")
                    .ToListAsync(cancellationToken)
            ).Count == 1;
    }

    public async Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, ILease fence, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        var locked =
            (
                await db
                    .Database.SqlQuery<int>(
                        $"""
                        SELECT application.id FROM applications AS application, leases AS lease
                        WHERE application.id = {applicationId} AND lease.name = {fence.Name} AND lease.term = {fence.Term}
                        FOR NO KEY UPDATE OF application FOR SHARE OF lease
                        """
                    )
                    .ToListAsync(cancellationToken)
            ).Count == 1;
        if (!locked)
            await HoldLeaseAsync(db, fence, cancellationToken);
        return locked;
    }

    public async Task<bool> HoldLeaseAsync(RollupsDbContext db, ILease lease, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        var holds =
            (
                await db
                    .Database.SqlQuery<long>($"SELECT term FROM leases WHERE name = {lease.Name} AND term = {lease.Term} FOR SHARE")
                    .ToListAsync(cancellationToken)
            ).Count == 1;
        if (!holds)
            await PostgresLeases.OutdatedAsync(lease);
        return holds;
    }

    public Task<IReadOnlyList<OutboxMessage>?> TakeOutboxLaneAsync(
        RollupsDbContext db,
        short lane,
        bool wait,
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    )
    {
        TransactionRequired.By(db);
        return PostgresOutbox.TakeLaneAsync(db, lane, wait, now, limit, cancellationToken);
    }

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
        return PostgresRows.AddInputsAsync(db, inputs, cancellationToken);
    }

    public Task AddTreeChunksAsync(RollupsDbContext db, IReadOnlyList<OutputsTreeChunk> chunks, CancellationToken cancellationToken)
    {
        TransactionRequired.By(db);
        return PostgresRows.AddTreeChunksAsync(db, chunks, cancellationToken);
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
        return PostgresResults.StoreAsync(db, rows, cancellationToken);
    }

    public async Task<TSaga?> LoadForUpdateAsync<TSaga>(RollupsDbContext db, Guid correlationId, CancellationToken cancellationToken)
        where TSaga : class
    {
        TransactionRequired.By(db);
        var entity = db.Model.FindEntityType(typeof(TSaga))!;
        // Each column by its name: the statement is prepared, and the server refuses one whose result has changed with the table.
        var columns = string.Join(", ", entity.GetProperties().Select(property => $"\"{property.GetColumnName()}\""));
        var sql = $"SELECT {columns} FROM \"{entity.GetTableName()}\" WHERE correlation_id = {{0}} FOR UPDATE";
        return (await db.Set<TSaga>().FromSqlRaw(sql, correlationId).ToListAsync(cancellationToken)).SingleOrDefault();
    }

    public DatabaseFailure? FailureOf(Exception exception) => PostgresFailures.Of(exception)?.Failure;

    public string? Explain(Exception exception) => PostgresFailures.Of(exception)?.Sentence;

    public Task<ILease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken) =>
        InLeaseSessionAsync(() => _leases.TryAcquireAsync(name, cancellationToken));

    public Task<int> CountReplicasAsync(string group, CancellationToken cancellationToken) =>
        InLeaseSessionAsync(() => _leases.CountReplicasAsync(group, cancellationToken));

    // The lease session bypasses EF Core, whose interceptors see every other failure.
    private async Task<T> InLeaseSessionAsync<T>(Func<Task<T>> act)
    {
        var began = time.GetTimestamp();
        try
        {
            return await act();
        }
        catch (Exception exception)
        {
            LeaseSessionFailed?.Invoke(exception, time.GetElapsedTime(began));
            throw;
        }
    }
}
