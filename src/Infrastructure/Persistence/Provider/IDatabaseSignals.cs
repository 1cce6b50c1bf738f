namespace Rollups.Persistence;

/// <summary>
/// Wakes the processes that share a database when one of them has committed something. A signal carries nothing and may be lost with its
/// connection, so a listener reads the database at intervals too.
/// </summary>
public interface IDatabaseSignals
{
    /// <summary>Has the signal sent when the context's transaction commits, and never if it is rolled back.</summary>
    Task SendAsync(RollupsDbContext db, string channel, CancellationToken cancellationToken);

    /// <summary>
    /// Calls <paramref name="heard"/> once it listens, because signals may have been missed before, and then at every signal. Runs until it
    /// is cancelled or fails: the caller starts it again.
    /// </summary>
    /// <param name="channel">Lower-case letters and '_'.</param>
    /// <param name="heard">Must return at once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task ListenAsync(string channel, Action heard, CancellationToken cancellationToken);
}
