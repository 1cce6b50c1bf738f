using Rollups.Domain;
using Rollups.Machines.Cartesi.Rpc;

namespace Rollups.Machines.Cartesi;

/// <summary>How a request ended, and where the machine rests.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="ExceptionData">Payload of the exception; non-null exactly for an exception.</param>
/// <param name="Rest">Where the machine rests.</param>
internal sealed record AdvanceEnd(AdvanceOutcome Outcome, byte[]? ExceptionData, RestingMachine Rest)
{
    public static AdvanceEnd Of(BreakReason reason, RestingMachine rest)
    {
        var outcome = reason switch
        {
            BreakReason.Halted => AdvanceOutcome.MachineHalted,
            BreakReason.McycleOverflow => AdvanceOutcome.Overflow,
            _ when !rest.IsWaiting || !rest.Yield.IsManual => throw new MachineException(
                $"It stopped with tohost 0x{rest.Yield.Tohost:x16}, which is no manual yield."
            ),
            _ => rest.Yield.Reason switch
            {
                // The guest may name any length: the word decides before the data is looked at.
                CmioReason.Accepted when rest.Yield.Length != Hash32.Size => AdvanceOutcome.InvalidOutputsRoot,
                CmioReason.Accepted when rest.IsReady => AdvanceOutcome.Accepted,
                CmioReason.Accepted => throw new MachineException("Its outputs root cannot be read."),
                CmioReason.RejectedOrOutput => AdvanceOutcome.Rejected,
                CmioReason.ExceptionOrReport => AdvanceOutcome.Exception,
                _ => AdvanceOutcome.UnexpectedYield,
            },
        };
        // More bytes than the buffer has cannot be read: the exception is one without a payload.
        return new AdvanceEnd(outcome, outcome == AdvanceOutcome.Exception ? rest.Data ?? [] : null, rest);
    }

    /// <summary>
    /// The state that the node stores: for a rejected input the one before. Only an accepted input declares an outputs root.
    /// </summary>
    public MachineState After(MachineState before) =>
        Outcome switch
        {
            AdvanceOutcome.Accepted => Rest.State,
            AdvanceOutcome.Rejected => before,
            _ => new MachineState(Rest.Root, before.OutputsRoot, Rest.Mcycle),
        };
}
