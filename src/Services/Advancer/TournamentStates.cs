using Rollups.Domain;
using Rollups.Machines;

namespace Rollups.Advancer;

/// <summary>The machine states from which an epoch's commitment is built (PRT).</summary>
internal static class TournamentStates
{
    /// <summary>Whether the application's machine must record its states.</summary>
    public static bool AreNeeded(Application application) => application.ConsensusType == ConsensusType.Prt;

    /// <summary>Refuses states that are not those of a whole slot; does nothing for other consensus.</summary>
    /// <exception cref="MachineException">The states do not fill the input's slot, or end in another state than the input.</exception>
    public static void Check(Application application, Input input, AdvanceResult result)
    {
        if (!AreNeeded(application))
            return;
        var strides = result.States.Aggregate(0UL, (sum, run) => sum + run.Repetitions);
        if (
            strides != ComputationTree.LeavesOfAnInput
            || result.States[^1].StateHash != result.StateHash
            || result.States.Any(run => run.Repetitions is 0 or > ComputationTree.LeavesOfAnInput)
        )
        {
            throw new MachineException(
                $"The machine of '{application.Name}' gave {strides} states that end in "
                    + $"{(result.States.Count == 0 ? null : result.States[^1].StateHash)} for input {input.Index}: a tournament needs "
                    + $"{ComputationTree.LeavesOfAnInput} that end in {result.StateHash}, in runs of one or more."
            );
        }
    }
}
