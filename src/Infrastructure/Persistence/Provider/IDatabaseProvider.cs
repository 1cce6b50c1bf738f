using Rollups.Domain;
using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>The differences between PostgreSQL and SQLite, so that no service and no consumer depends on which one it runs on.</summary>
public interface IDatabaseProvider
{
    /// <summary>True if transactions of the process exclude each other, so that nothing slow may happen inside one.</summary>
    bool HasOneWriter { get; }

    /// <summary>
    /// Locks an application's row until the transaction ends; false when there is no such row. Every writer of several rows takes this lock
    /// first.
    /// </summary>
    Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken);

    /// <summary>
    /// Locks the row on behalf of a lease's owner. Also returns false when another process has owned the lease since. No one can take it
    /// over before the transaction ends.
    /// </summary>
    Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, ILease fence, CancellationToken cancellationToken);

    /// <summary>
    /// True unless another process has owned the lease since. No one can take it over before the transaction ends, so a former owner cannot
    /// commit a decision it made as the owner.
    /// </summary>
    Task<bool> HoldLeaseAsync(RollupsDbContext db, ILease lease, CancellationToken cancellationToken);

    /// <summary>
    /// Locks a lane of the outbox until the transaction ends and reads its first messages that are due, in the order of capture, in one
    /// round trip. A message that waits for its next attempt is read too, because it holds up those behind it; one that was delayed on
    /// purpose is not.
    /// </summary>
    /// <param name="db">Context with an open transaction; without one where <see cref="HasOneWriter"/>.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="wait">Whether to wait for the replica that holds the lane.</param>
    /// <param name="now">The time by which they are due.</param>
    /// <param name="limit">Maximum number of messages.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>Null when another replica holds the lane, or when there is no such lane.</returns>
    Task<IReadOnlyList<OutboxMessage>?> TakeOutboxLaneAsync(
        RollupsDbContext db,
        short lane,
        bool wait,
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Inserts the inbox row, and waits for the outcome of a concurrent copy; false when the message was handled before.</summary>
    Task<bool> TryAddInboxAsync(
        RollupsDbContext db,
        Guid messageId,
        Guid consumerId,
        DateTimeOffset receivedAt,
        CancellationToken cancellationToken
    );

    /// <summary>Inserts the inbox rows of many messages in one statement; the ids of those that were not handled before.</summary>
    Task<HashSet<Guid>> AddInboxAsync(
        RollupsDbContext db,
        IReadOnlyList<Guid> messageIds,
        Guid consumerId,
        DateTimeOffset receivedAt,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Inserts new inputs of one application, without a result, in a number of statements that does not depend on the number of inputs.
    /// Their epochs must be there.
    /// </summary>
    Task AddInputsAsync(RollupsDbContext db, IReadOnlyList<Input> inputs, CancellationToken cancellationToken);

    /// <summary>
    /// Inserts chunks of one epoch's outputs tree, one or more, in a number of statements that does not depend on the number of chunks.
    /// </summary>
    Task AddTreeChunksAsync(RollupsDbContext db, IReadOnlyList<OutputsTreeChunk> chunks, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the results of consecutive inputs, with their outputs, reports and machine states, in a number of statements that does not
    /// depend on the number of inputs. Run it in a transaction that is rolled back if the answer is not the number of inputs.
    /// </summary>
    /// <returns>Number of inputs that had no result before; if some had, nothing but the inputs is written.</returns>
    Task<int> StoreResultsAsync(RollupsDbContext db, ResultRows rows, CancellationToken cancellationToken);

    /// <summary>Loads a saga instance, tracked, and locks its row until the transaction ends; null when there is none.</summary>
    Task<TSaga?> LoadForUpdateAsync<TSaga>(RollupsDbContext db, Guid correlationId, CancellationToken cancellationToken)
        where TSaga : class;

    /// <summary>
    /// Ensures, before anything is written, that the database guarantees what the node relies on: PostgreSQL a session per connection,
    /// SQLite a file that no other process uses.
    /// </summary>
    /// <exception cref="OperatorException">It does not; the message contains the remedy.</exception>
    Task EnsureUsableAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Classifies a failure; null for a fault of the message or of the program. Retries, consumers, readiness and the log of outages all
    /// use this classification.
    /// </summary>
    DatabaseFailure? FailureOf(Exception exception);

    /// <summary>
    /// True for a failure that a new attempt of the whole transaction can overcome, now or after an outage: a conflict of two writers, and
    /// every failure of the server, of the connection to it and of the login. False for a fault of the message or of the program.
    /// </summary>
    bool IsTransient(Exception exception) => FailureOf(exception) is not null;

    /// <summary>
    /// True for transient failures that a conflict of two writers caused: either the next attempt succeeds at once, or the program is at
    /// fault.
    /// </summary>
    bool IsConflict(Exception exception) => FailureOf(exception) is DatabaseFailure.Conflict;

    /// <summary>True for failures of the server, the connection or the login, which every other request has too.</summary>
    bool IsOutage(Exception exception) => FailureOf(exception) is DatabaseFailure.Away or DatabaseFailure.Unwritable;

    /// <summary>
    /// The meaning of a transient failure, for operators and without secrets, such as "the server accepts no writes ..."; null for any
    /// other failure.
    /// </summary>
    string? Explain(Exception exception);

    /// <summary>
    /// Acquires the named lease for the lifetime of the returned value; null when another holder has it, or while a former owner's fenced
    /// transaction is open. A lease spans transactions and is lost with its connection.
    /// </summary>
    Task<ILease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Makes this process a member of a group, such as <c>advancers</c>, for as long as its database session lives, and counts the members.
    /// </summary>
    /// <returns>1 or more: this process is one of them.</returns>
    Task<int> CountReplicasAsync(string group, CancellationToken cancellationToken);
}
