using Rollups.Domain;

namespace Rollups.Machines;

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
/// Machine roots after each of the 2^24 strides of the input's slot, as runs of equal roots: a run of one per full stride during which the
/// machine still ran, then the state after the input for the rest. Only PRT needs them: a machine may leave them out for others.
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
