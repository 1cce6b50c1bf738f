namespace Rollups.Domain;

/// <summary>
/// The commitment with which an epoch joins its tournament, as a pure function of stored rows: every state of every input, then the
/// last state for the unused slots.
/// </summary>
/// <param name="Root">The commitment; undefined if there is a fault.</param>
/// <param name="LastLeafSiblings">48 siblings of its last leaf, bottom-up.</param>
/// <param name="Fault">For the operator, why there is no commitment; otherwise null.</param>
public sealed record EpochCommitment(Hash32 Root, IReadOnlyList<Hash32> LastLeafSiblings, string? Fault)
{
    /// <param name="epoch">The epoch, INPUTS_PROCESSED.</param>
    /// <param name="states">The states of its inputs, by input and position.</param>
    public static EpochCommitment Of(Epoch epoch, IReadOnlyList<StateHash> states)
    {
        var tree = new ComputationTree();
        var input = epoch.InputIndexLowerBound;
        foreach (var slot in states.GroupBy(state => state.InputIndex))
        {
            var strides = slot.Aggregate(0UL, (sum, state) => sum + state.Repetitions);
            if (slot.Key != input)
                return Faulty($"epoch {epoch.Index} has machine states of input {slot.Key} in the place of those of input {input}");
            if (strides != ComputationTree.LeavesOfAnInput)
                return Faulty($"input {input} in epoch {epoch.Index} has {strides} machine states, not {ComputationTree.LeavesOfAnInput}");
            foreach (var state in slot)
                tree.Append(state.MachineHash, state.Repetitions);
            input++;
        }

        if (input != epoch.InputIndexUpperBound)
            return Faulty(
                $"epoch {epoch.Index} has machine states of its inputs up to {input}, exclusive, but its inputs go up to "
                    + $"{epoch.InputIndexUpperBound}"
            );
        if (states.Count > 0 && states[^1].MachineHash != epoch.MachineHash)
            return Faulty(
                $"epoch {epoch.Index} has the machine hash {epoch.MachineHash}, but its last stored state is {states[^1].MachineHash}"
            );
        tree.Complete(epoch.MachineHash!.Value);
        var (root, siblings) = tree.Result();
        return new EpochCommitment(root, siblings, null);
    }

    private static EpochCommitment Faulty(string what) =>
        new(default, [], $"The node cannot make a commitment: {what}. It makes no claim; the application must be set up anew from L1.");
}
