namespace Rollups.Ethereum;

/// <summary>Follows the head of L1 at the configured tag.</summary>
public interface IHeadSource
{
    /// <summary>
    /// Yields the head at once and then on every change; if the consumer falls behind, it gets only the newest head. Never ends on its
    /// own: endpoint failures are logged and retried.
    /// </summary>
    IAsyncEnumerable<BlockHeader> FollowAsync(CancellationToken cancellationToken);
}
