namespace Rollups.Messaging;

/// <summary>
/// The work of one service: find due work in the database and do it. Idempotent; start-up, events and the fallback sync all call it.
/// Registered as a singleton with <c>AddPendingWork</c>.
/// </summary>
public interface IPendingWork
{
    /// <summary>
    /// Whether a run may take long without loading this process, as one that waits for a program does. After a second such a run no longer
    /// counts among the concurrent ones, so that it keeps no other key waiting.
    /// </summary>
    bool MayTakeLong => false;

    /// <summary>The keys with due work, found by one query whatever the number of applications and the length of their history.</summary>
    Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken);

    /// <summary>Does the key's due work, in a bounded slice. A process never runs one key twice at the same time.</summary>
    Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken);
}
