namespace Rollups.Domain;

/// <summary>The tree after an append.</summary>
/// <param name="Root">Its root.</param>
/// <param name="Siblings">The 63 siblings of each new leaf, bottom-up; rebuilt on each access.</param>
public sealed record AppendedOutputs(Hash32 Root, IReadOnlyList<IReadOnlyList<Hash32>> Siblings);
