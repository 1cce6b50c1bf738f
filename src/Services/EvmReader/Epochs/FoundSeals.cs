using Rollups.Domain;

namespace Rollups.EvmReader.Epochs;

/// <summary>The sealed epochs read for a PRT application.</summary>
/// <param name="Seals">EpochSealed logs by number, without gaps; seals that are already stored may come first.</param>
/// <param name="ReadTo">Every block up to and including this one was searched for seals.</param>
internal sealed record FoundSeals(IReadOnlyList<EpochSealed> Seals, ulong ReadTo)
{
    /// <summary>For an application whose epochs are not sealed by a contract.</summary>
    public static FoundSeals None { get; } = new([], 0);
}
