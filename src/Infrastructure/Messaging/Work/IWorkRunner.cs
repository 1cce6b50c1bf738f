namespace Rollups.Messaging;

/// <summary>Runs a service's pending work: one run at a time for a key, wake-ups that arrive meanwhile share one trailing run, keys side by side up to a bound, round robin.</summary>
/// <typeparam name="TWork">The work.</typeparam>
public interface IWorkRunner<TWork>
    where TWork : IPendingWork
{
    /// <summary>
    /// Asks for a run of the key. The task ends when a run that started after this call has succeeded, or once that run has been going for a few
    /// seconds (from then on the database and the fallback sync carry it); it fails when that run failed.
    /// </summary>
    Task WakeAsync(WorkKey key, WorkTrigger trigger, CancellationToken cancellationToken);

    /// <summary>Finds all keys that have something due and asks for their runs; the task ends when each has had one, and fails with the failures of those that failed.</summary>
    Task WakeAllAsync(WorkTrigger trigger, CancellationToken cancellationToken);
}
