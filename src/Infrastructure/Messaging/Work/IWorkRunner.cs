namespace Rollups.Messaging;

/// <summary>
/// Runs a service's pending work. A key has one run at a time, and wake-ups that arrive meanwhile share one trailing run. Different keys
/// run concurrently up to a bound, round robin. A failed run is repeated without delaying the other keys.
/// </summary>
/// <typeparam name="TWork">The work.</typeparam>
public interface IWorkRunner<TWork>
    where TWork : IPendingWork
{
    /// <summary>
    /// Asks for a run of the key. The task completes when a run that started after this call has ended, or once that run has taken a few
    /// seconds: from then on the message is not needed, because the database and the fallback sync have the work. The task does not fail
    /// with the run: the runner itself repeats a failed run, soon at first and then at the interval of the fallback sync.
    /// </summary>
    /// <exception cref="OperationCanceledException">
    /// The node stops before that run has ended, or <paramref name="cancellationToken"/> is cancelled.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The node has stopped.</exception>
    Task WakeAsync(WorkKey key, WorkTrigger trigger, CancellationToken cancellationToken);

    /// <summary>
    /// Finds all keys with due work and asks for their runs. The task completes when each key has had one, and fails when the keys cannot
    /// be found.
    /// </summary>
    Task WakeAllAsync(WorkTrigger trigger, CancellationToken cancellationToken);
}
