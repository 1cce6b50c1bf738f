using System.Runtime.CompilerServices;
using Rollups.Ethereum;

namespace Rollups.Testing;

/// <summary>Never announces a head: only the test's own calls do the work.</summary>
public sealed class SilentHeads : IHeadSource
{
    /// <inheritdoc />
    public async IAsyncEnumerable<BlockHeader> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }
}
