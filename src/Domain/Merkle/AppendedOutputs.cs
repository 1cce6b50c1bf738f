namespace Rollups.Domain;

/// <summary>The tree after leaves were added.</summary>
/// <param name="Root">Its root.</param>
/// <param name="Siblings">For each new leaf its 63 siblings, bottom-up; made anew with each access.</param>
public sealed record AppendedOutputs(Hash32 Root, IReadOnlyList<IReadOnlyList<Hash32>> Siblings);
