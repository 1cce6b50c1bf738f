using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>What PostgreSQL and SQLite do differently, so that no service and no consumer knows which one it runs on.</summary>
public interface IDatabaseProvider
{
    /// <summary>True where transactions of the process exclude each other, so that nothing slow may happen inside one.</summary>
    bool HasOneWriter { get; }

    /// <summary>
    /// Locks an application's row until the transaction ends; false when there is no such row. Every multi-row writer takes it first.
    /// </summary>
    Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken);

    /// <summary>
    /// The same, for the owner of a lease; false also when somebody else has owned it since, and nobody takes it over before the
    /// transaction ends.
    /// </summary>
    Task<bool> LockApplicationAsync(RollupsDbContext db, int applicationId, ILease fence, CancellationToken cancellationToken);

    /// <summary>
    /// True unless somebody else has owned the lease since; nobody takes it over before the transaction ends. So a former owner cannot
    /// commit what it decided as an owner.
    /// </summary>
    Task<bool> HoldLeaseAsync(RollupsDbContext db, ILease lease, CancellationToken cancellationToken);

    /// <summary>Locks a lane of the outbox until the transaction ends; false when another replica holds it.</summary>
    Task<bool> TryLockOutboxLaneAsync(RollupsDbContext db, short lane, CancellationToken cancellationToken);

    /// <summary>
    /// Locks a lane of the outbox until the transaction ends, waiting for the replica that holds it; false when there is no such lane.
    /// </summary>
    Task<bool> LockOutboxLaneAsync(RollupsDbContext db, short lane, CancellationToken cancellationToken);

    /// <summary>Inserts the inbox row, waiting for a concurrent copy's outcome; false when the message was handled before.</summary>
    Task<bool> TryAddInboxAsync(
        RollupsDbContext db,
        Guid messageId,
        Guid consumerId,
        DateTimeOffset receivedAt,
        CancellationToken cancellationToken
    );

    /// <summary>Loads a saga instance, tracked, its row locked until the transaction ends; null when there is none.</summary>
    Task<TSaga?> LoadForUpdateAsync<TSaga>(RollupsDbContext db, Guid correlationId, CancellationToken cancellationToken)
        where TSaga : class;

    /// <summary>
    /// Makes sure, before anything is written, that the database keeps what the node builds on: PostgreSQL a session, SQLite a file for
    /// this process alone.
    /// </summary>
    /// <exception cref="OperatorException">It does not; the message has the remedy.</exception>
    Task EnsureUsableAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What a failure says of the database; null for a fault of the message or of the program. Retries, consumers, readiness and the log of
    /// outages all go by it.
    /// </summary>
    DatabaseFailure? FailureOf(Exception exception);

    /// <summary>
    /// True for a failure that a new attempt of the whole transaction can mend, now or when an outage is over: two writers that met, and
    /// every state of the server, of the way to it and of the login. False for a fault of the message or of the program.
    /// </summary>
    bool IsTransient(Exception exception) => FailureOf(exception) is not null;

    /// <summary>
    /// True for those of the transient failures that two writers caused who met: mended at once by another attempt, or a fault of the
    /// program.
    /// </summary>
    bool IsConflict(Exception exception) => FailureOf(exception) is DatabaseFailure.Conflict;

    /// <summary>
    /// What a transient failure means, for operators and without secrets, such as "the server takes no writes ..."; null for any other
    /// failure.
    /// </summary>
    string? Explain(Exception exception);

    /// <summary>
    /// Takes the named lease for as long as the returned value lives; null when another holder has it, or a former one has a transaction
    /// open that it fenced. Held across transactions, lost with the connection.
    /// </summary>
    Task<ILease?> TryAcquireLeaseAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Makes this process one of a group, such as <c>advancers</c>, for as long as its session with the database lives, and counts the
    /// processes in it.
    /// </summary>
    /// <returns>1 or more: this process is one of them.</returns>
    Task<int> CountReplicasAsync(string group, CancellationToken cancellationToken);
}
