using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>The proofs of consecutive outputs of one epoch.</summary>
/// <param name="ApplicationId">The application.</param>
/// <param name="EpochIndex">The epoch of all of them.</param>
/// <param name="FirstIndex">Index of the first output; the others follow without gaps.</param>
/// <param name="Hashes">The leaf of each output.</param>
/// <param name="Siblings">The 63 siblings of each output, as many as <paramref name="Hashes"/>.</param>
/// <param name="At">Time of the change.</param>
public sealed record ProofRows(
    int ApplicationId,
    ulong EpochIndex,
    ulong FirstIndex,
    IReadOnlyList<Hash32> Hashes,
    IReadOnlyList<byte[]> Siblings,
    DateTimeOffset At
);
