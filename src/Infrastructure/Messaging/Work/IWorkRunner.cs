namespace Rollups.Messaging;

/// <summary>
/// Runs a service's pending work: one run at a time for a key, wake-ups that arrive meanwhile share one trailing run, keys side by side up
/// to a bound, round robin; a failed run is repeated without holding any other up.
/// </summary>
/// <typeparam name="TWork">The work.</typeparam>
public interface IWorkRunner<TWork>
    where TWork : IPendingWork
{
    /// <summary>
    /// Asks for a run of the key. The task ends when a run that started after this call has ended, or once that run has been going for a
    /// few seconds: from then on the database and the fallback sync carry it. It does not fail with the run: a failed run is the runner's
    /// own to repeat, soon at first and then as often as the fallback sync comes.
    /// </summary>
    /// <exception cref="OperationCanceledException">
    /// The node stops before that run has ended, or <paramref name="cancellationToken"/> is cancelled.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The node has stopped.</exception>
    Task WakeAsync(WorkKey key, WorkTrigger trigger, CancellationToken cancellationToken);

    /// <summary>
    /// Finds all keys that have something due and asks for their runs; the task ends when each has had one, and fails when they cannot be
    /// found.
    /// </summary>
    Task WakeAllAsync(WorkTrigger trigger, CancellationToken cancellationToken);
}
