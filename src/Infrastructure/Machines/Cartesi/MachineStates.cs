using Rollups.Domain;

namespace Rollups.Machines.Cartesi;

/// <summary>The machine's roots over the 2^24 strides of one input.</summary>
internal static class MachineStates
{
    /// <param name="strides">Root after each full stride during which the machine ran.</param>
    /// <param name="final">Root after the input; for a rejected one the root before it.</param>
    public static IReadOnlyList<StateRun> Of(IReadOnlyList<Hash32> strides, Hash32 final) =>
        // The window of an input ends before its last stride does, so that the final state always has room.
        [.. strides.Select(root => new StateRun(root, 1)), new StateRun(final, ComputationTree.LeavesOfAnInput - (ulong)strides.Count)];
}
