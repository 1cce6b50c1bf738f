using Rollups.Domain;

namespace Rollups.EvmReader.Epochs;

/// <summary>The sealed epochs of a PRT application that were read.</summary>
/// <param name="Seals">EpochSealed logs by number, without holes; those that are stored already may come first.</param>
/// <param name="ReadTo">Every block up to and including this one was searched for them.</param>
internal sealed record FoundSeals(IReadOnlyList<EpochSealed> Seals, ulong ReadTo)
{
    /// <summary>Of an application whose epochs no contract seals.</summary>
    public static FoundSeals None { get; } = new([], 0);
}
