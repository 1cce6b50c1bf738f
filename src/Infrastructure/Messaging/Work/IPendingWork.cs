namespace Rollups.Messaging;

/// <summary>
/// The work of one service: find what is due in the database and do it. Idempotent; start-up, events and the fallback sync all call it.
/// Registered as a singleton with <c>AddPendingWork</c>.
/// </summary>
public interface IPendingWork
{
    /// <summary>
    /// The keys that have something due, by one query whatever the number of applications and the length of their history.
    /// </summary>
    Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken);

    /// <summary>Does what is due for the key, a bounded slice of it. Never called twice at once for one key in a process.</summary>
    Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken);
}
