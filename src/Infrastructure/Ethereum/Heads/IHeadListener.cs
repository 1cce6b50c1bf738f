using Microsoft.Extensions.Logging;

namespace Rollups.Ethereum;

/// <summary>
/// Acts on the head of L1; added with <c>AddHeadListener</c>. Listeners are called independently: a slow or failing one neither delays
/// nor ends the others.
/// </summary>
public interface IHeadListener
{
    /// <summary>What the listener does at a head: completes the log line "The node could not ...", such as <c>check claims</c>.</summary>
    string Purpose { get; }

    /// <summary>
    /// Called with each head at the configured tag, one call at a time. Heads that arrive during a call merge into one call with the
    /// newest, so block numbers may be skipped, and after a reorganisation they may repeat or fall.
    /// </summary>
    /// <param name="head">The head.</param>
    /// <param name="cancellationToken">Cancelled when the node stops, which waits for the call to end.</param>
    /// <returns>A task that may fail: the failure is logged, and the next head calls again.</returns>
    Task OnHeadAsync(BlockHeader head, CancellationToken cancellationToken);

    /// <summary>
    /// The level at which a failure of <see cref="OnHeadAsync"/> is logged when it begins: a warning, or debug where the log already has
    /// the cause, such as an outage of the database.
    /// </summary>
    LogLevel LevelOf(Exception failure);
}
