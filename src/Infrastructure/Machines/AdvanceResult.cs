using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>How an input ended.</summary>
public enum AdvanceOutcome
{
    /// <summary>The application took it; outputs and reports count.</summary>
    Accepted,

    /// <summary>The application refused it; nothing changed and the application goes on.</summary>
    Rejected,

    /// <summary>The application raised an exception; it cannot go on.</summary>
    Exception,

    /// <summary>The machine halted; it cannot go on.</summary>
    MachineHalted,

    /// <summary>The cycle window of the input was used up; it cannot go on.</summary>
    Overflow,

    /// <summary>A manual yield with an unknown reason; it cannot go on.</summary>
    UnexpectedYield,
}

/// <summary>Result of running one input.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Outputs">Encoded outputs in emission order; empty unless accepted.</param>
/// <param name="Reports">Raw reports in emission order; empty unless accepted.</param>
/// <param name="ExceptionData">Payload of the exception; non-null exactly for <see cref="AdvanceOutcome.Exception"/>.</param>
/// <param name="StateHash">Machine root after the input; for a rejected one the root before it.</param>
/// <param name="OutputsMerkleRoot">
/// Root of the outputs tree that the machine declares after the input; for a rejected one the root before it.
/// </param>
/// <param name="States">
/// Machine roots after each of the 2^24 strides of the input's slot, as runs of equal ones: a run of one for each full stride during which
/// the machine still ran, then the state after the input for the rest. Needed for PRT alone.
/// </param>
public sealed record AdvanceResult(
    AdvanceOutcome Outcome,
    IReadOnlyList<byte[]> Outputs,
    IReadOnlyList<byte[]> Reports,
    byte[]? ExceptionData,
    Hash32 StateHash,
    Hash32 OutputsMerkleRoot,
    IReadOnlyList<StateRun> States
);

/// <summary>A machine root that holds for some strides.</summary>
/// <param name="StateHash">Machine root.</param>
/// <param name="Repetitions">Strides, from 1 to 2^24.</param>
public sealed record StateRun(Hash32 StateHash, ulong Repetitions);

/// <summary>
/// Proof of an accepted machine state: leaf i is at memory address index * 32, its hash is keccak256 of its 32 bytes, and each of the three
/// folds with its 59 siblings (bottom-up) to the machine root.
/// </summary>
/// <param name="MachineHash">Root of the 2^64-byte state.</param>
/// <param name="OutputsMerkleRoot">The 32 bytes at the start of the TX buffer (0x60800000).</param>
/// <param name="OutputsMerkleProof">Its 59 siblings.</param>
/// <param name="IflagsYBlock">The 32 bytes at 0x300, which hold iflags.Y.</param>
/// <param name="IflagsYProof">Its 59 siblings.</param>
/// <param name="TohostBlock">The 32 bytes at 0x320, which hold htif.tohost.</param>
/// <param name="TohostProof">Its 59 siblings.</param>
public sealed record StateProof(
    Hash32 MachineHash,
    Hash32 OutputsMerkleRoot,
    IReadOnlyList<Hash32> OutputsMerkleProof,
    Hash32 IflagsYBlock,
    IReadOnlyList<Hash32> IflagsYProof,
    Hash32 TohostBlock,
    IReadOnlyList<Hash32> TohostProof
);
