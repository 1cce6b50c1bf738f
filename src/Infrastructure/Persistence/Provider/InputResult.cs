using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>The result of one input.</summary>
/// <param name="Index">Index of the input.</param>
/// <param name="EpochIndex">Epoch of the input, as it was read.</param>
/// <param name="Status">How it ended.</param>
/// <param name="MachineHash">Machine root after it.</param>
/// <param name="OutputsMerkleRoot">Outputs root after it.</param>
/// <param name="ExceptionData">Payload of the exception; null unless it ended with one.</param>
public sealed record InputResult(
    ulong Index,
    ulong EpochIndex,
    InputStatus Status,
    Hash32 MachineHash,
    Hash32 OutputsMerkleRoot,
    byte[]? ExceptionData
);
