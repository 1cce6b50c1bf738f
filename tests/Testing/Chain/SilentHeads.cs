using System.Runtime.CompilerServices;
using Rollups.Ethereum;

namespace Rollups.Testing;

/// <summary>No head is ever told: what is done is done by the test's own calls.</summary>
public sealed class SilentHeads : IHeadSource
{
    /// <inheritdoc />
    public async IAsyncEnumerable<BlockHeader> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }
}
