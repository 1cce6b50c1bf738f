namespace Rollups.Ethereum;

/// <summary>Follows the head of L1 at the configured tag.</summary>
public interface IHeadSource
{
    /// <summary>
    /// Yields the head at once and then whenever it has changed; heads that come faster than they are taken are merged into the newest.
    /// Never ends by itself: an endpoint that fails is tried again, and said in the log.
    /// </summary>
    IAsyncEnumerable<BlockHeader> FollowAsync(CancellationToken cancellationToken);
}
