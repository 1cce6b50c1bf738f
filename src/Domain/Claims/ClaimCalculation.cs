namespace Rollups.Domain;

/// <summary>The claim of an epoch as a pure function of stored rows: a rerun gives the same bytes.</summary>
public static class ClaimCalculation
{
    /// <param name="application">The application.</param>
    /// <param name="epoch">The epoch, INPUTS_PROCESSED.</param>
    /// <param name="previousEpoch">The epoch before it by virtual index, if there is one.</param>
    /// <param name="lastInput">The epoch's last input, if it has one.</param>
    /// <param name="previousOutput">The output before the epoch's first, if there is one.</param>
    /// <param name="firstOutput">Index of the epoch's first output.</param>
    /// <param name="leaves">keccak256 of each output of the epoch, in order.</param>
    public static ClaimOutcome Run(
        Application application,
        Epoch epoch,
        Epoch? previousEpoch,
        Input? lastInput,
        Output? previousOutput,
        ulong firstOutput,
        IReadOnlyList<Hash32> leaves
    )
    {
        if (epoch.MachineHash is not { } machineHash || epoch.OutputsMerkleRoot is not { } declared)
            return Fault(InoperableKind.Corrupted, $"Epoch {epoch.Index} is INPUTS_PROCESSED but has no machine hash or no outputs root");
        if ((lastInput is null ? WithoutInputs(application, epoch, previousEpoch) : AfterInputs(epoch, lastInput)) is { } what)
            return Fault(InoperableKind.Corrupted, what);

        Hash32 root;
        IReadOnlyList<IReadOnlyList<Hash32>> siblings = [];
        if (leaves.Count == 0)
        {
            if (previousEpoch is { OutputsMerkleRoot: null })
                return Fault(
                    InoperableKind.Corrupted,
                    $"Epoch {previousEpoch.Index}, the one before epoch {epoch.Index}, has no outputs root"
                );
            root = previousEpoch?.OutputsMerkleRoot ?? OutputsMerkleTree.Pristine(OutputsMerkleTree.Height);
        }
        else
        {
            var frontier = new OutputsFrontier();
            if (firstOutput > 0)
            {
                if (previousOutput is not { Hash: { } leaf, Siblings: { } proof })
                    return Fault(
                        InoperableKind.Corrupted,
                        $"Output {firstOutput - 1}, the last before epoch {epoch.Index}, has no stored proof to continue from"
                    );
                frontier = OutputsFrontier.FromLastProof(previousOutput.Index, leaf, Siblings.FromBytes(proof));
            }

            (root, siblings) = OutputsMerkleTree.Append(frontier, leaves);
        }

        return root == declared
            ? new ClaimOutcome(root, siblings, null, null)
            : Fault(
                InoperableKind.InvalidOutputsRoot,
                $"Epoch {epoch.Index}: the machine declared the outputs root {declared}, but the stored outputs have the root {root}"
            );
    }

    private static string? AfterInputs(Epoch epoch, Input last) =>
        last.MachineHash != epoch.MachineHash
            ? $"Epoch {epoch.Index} has machine hash {epoch.MachineHash}, but its last input {last.Index} has {last.MachineHash}"
        : last.OutputsMerkleRoot != epoch.OutputsMerkleRoot
            ? $"Epoch {epoch.Index} has outputs root {epoch.OutputsMerkleRoot}, but its last input {last.Index} has "
                + $"{last.OutputsMerkleRoot}"
        : null;

    /// <summary>Under Dave an epoch may have no inputs; it leaves the state unchanged.</summary>
    private static string? WithoutInputs(Application application, Epoch epoch, Epoch? previous)
    {
        if (application.ConsensusType != ConsensusType.Prt)
            return $"Epoch {epoch.Index} has no input, which only a PRT application may have";
        var (machine, source) = previous is null
            ? (application.TemplateHash, "the machine's template")
            : (previous.MachineHash, $"epoch {previous.Index}, the one before it,");
        return machine == epoch.MachineHash
            ? null
            : $"Epoch {epoch.Index} has no input and the machine hash {epoch.MachineHash}, but {source} has {machine}";
    }

    private static ClaimOutcome Fault(InoperableKind kind, string what) =>
        new(
            default,
            [],
            kind,
            what
                + ". The node makes no claim. Compare the database with the machine's outputs; the application must be set up anew from L1."
        );
}
