namespace Rollups.Machines;

/// <summary>
/// The machine cannot run now, but will by itself: a program that it needs is not there yet, or has died and is started again. The
/// application stays enabled and the input unprocessed.
/// </summary>
/// <param name="message">What is missing, and what the node waits for.</param>
/// <param name="retryAfter">When the next attempt makes sense.</param>
public sealed class MachineUnavailableException(string message, TimeSpan retryAfter) : Exception(message)
{
    /// <summary>When the next attempt makes sense.</summary>
    public TimeSpan RetryAfter => retryAfter;
}
