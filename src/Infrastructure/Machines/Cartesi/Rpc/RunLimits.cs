using Rollups.Domain;

namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>Limits of one request.</summary>
/// <param name="Increment">Cycles of one call.</param>
/// <param name="MaxCycles">Cycles of the whole; 0 for all that the machine allows.</param>
/// <param name="IncrementTimeout">Time of one call.</param>
/// <param name="MaxTimeout">Time of the whole.</param>
/// <param name="StatesPeriod">Cycles between two recorded states; 0 for none.</param>
internal sealed record RunLimits(ulong Increment, ulong MaxCycles, TimeSpan IncrementTimeout, TimeSpan MaxTimeout, ulong StatesPeriod)
{
    /// <summary>Cycles of one stride of a tournament.</summary>
    public const ulong Stride = 1 << 24;

    public static RunLimits Advance(ExecutionParameters limits, bool recordsStates) =>
        new(
            limits.AdvanceIncrementCycles,
            limits.AdvanceMaxCycles,
            TimeSpan.FromMilliseconds(limits.AdvanceIncrementTimeout),
            TimeSpan.FromMilliseconds(limits.AdvanceMaxTimeout),
            recordsStates ? Stride : 0
        );

    public static RunLimits Inspect(ExecutionParameters limits) =>
        new(
            limits.InspectIncrementCycles,
            limits.InspectMaxCycles,
            TimeSpan.FromMilliseconds(limits.InspectIncrementTimeout),
            TimeSpan.FromMilliseconds(limits.InspectMaxTimeout),
            0
        );
}
