using Xunit.v3;

namespace Rollups.Testing;

/// <summary>
/// Marks tests that start the node's own program or take many seconds of CPU: <c>./test.sh --fast</c> leaves them out, as it does those
/// that need servers.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SlowAttribute : Attribute, ITraitAttribute
{
    /// <inheritdoc />
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Speed", "slow")];
}
