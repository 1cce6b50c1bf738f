using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>The epoch that a DaveConsensus is deciding.</summary>
/// <param name="Number">Epoch number.</param>
/// <param name="InputIndexLowerBound">First input, inclusive.</param>
/// <param name="InputIndexUpperBound">Input after the last, exclusive.</param>
/// <param name="Tournament">Its root tournament.</param>
public sealed record CurrentSealedEpoch(ulong Number, ulong InputIndexLowerBound, ulong InputIndexUpperBound, Address Tournament);
