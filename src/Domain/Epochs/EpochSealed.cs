namespace Rollups.Domain;

/// <summary>An epoch whose inputs are final and whose tournament has begun. The seal also settles the previous epoch.</summary>
/// <param name="Consensus">The DaveConsensus.</param>
/// <param name="Number">Epoch number, from 0 without gaps.</param>
/// <param name="InputIndexLowerBound">First input, inclusive.</param>
/// <param name="InputIndexUpperBound">Input after the last, exclusive.</param>
/// <param name="InitialMachineStateHash">Machine root with which the previous epoch was settled; the template hash for epoch 0.</param>
/// <param name="OutputsMerkleRoot">Outputs root with which the previous epoch was settled; zero for epoch 0.</param>
/// <param name="Tournament">Root tournament of this epoch.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record EpochSealed(
    Address Consensus,
    ulong Number,
    ulong InputIndexLowerBound,
    ulong InputIndexUpperBound,
    Hash32 InitialMachineStateHash,
    Hash32 OutputsMerkleRoot,
    Address Tournament,
    LogEntry Log
);
