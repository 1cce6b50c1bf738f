namespace Rollups.Domain;

/// <summary>The claim of an epoch as a pure function of stored rows: a rerun gives the same bytes.</summary>
public static class ClaimCalculation
{
    /// <summary>What forbids a claim whatever the outputs are; null if nothing does.</summary>
    /// <param name="application">The application.</param>
    /// <param name="epoch">The epoch, INPUTS_PROCESSED.</param>
    /// <param name="previousEpoch">The epoch before it by virtual index, if there is one.</param>
    /// <param name="lastInput">The epoch's last input, if it has one.</param>
    public static ClaimOutcome? FaultOf(Application application, Epoch epoch, Epoch? previousEpoch, Input? lastInput)
    {
        if (epoch.MachineHash is null || epoch.OutputsMerkleRoot is null)
            return Fault(InoperableKind.Corrupted, $"Epoch {epoch.Index} is INPUTS_PROCESSED but has no machine hash or no outputs root");
        return (lastInput is null ? WithoutInputs(application, epoch, previousEpoch) : AfterInputs(epoch, lastInput)) is { } what
            ? Fault(InoperableKind.Corrupted, what)
            : null;
    }

    /// <summary>The tree before the epoch's first output; null if nothing stored proves the output before that.</summary>
    /// <param name="first">Index of the epoch's first output.</param>
    /// <param name="previous">The output before it, if there is one, and its 63 siblings after its own epoch, if they are stored.</param>
    public static OutputsFrontier? FrontierBefore(ulong first, (Output Output, Hash32[]? Siblings)? previous) =>
        first == 0 ? new OutputsFrontier()
        : previous is (var output, { } siblings) ? OutputsFrontier.FromLastProof(output.Index, Keccak256.Hash(output.RawData), siblings)
        : null;

    /// <summary>The fault of an epoch with outputs but without a <see cref="FrontierBefore"/>.</summary>
    public static ClaimOutcome WithoutFrontier(Epoch epoch, ulong first) =>
        Fault(InoperableKind.Corrupted, $"Output {first - 1}, the last before epoch {epoch.Index}, has no stored proof to continue from");

    /// <summary>The claim of an epoch without a fault: the root of the outputs, if the machine declared the same one.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="previousEpoch">The epoch before it by virtual index, if there is one.</param>
    /// <param name="root">Root of the tree after the epoch's outputs; null if it has none.</param>
    public static ClaimOutcome Of(Epoch epoch, Epoch? previousEpoch, Hash32? root)
    {
        if (root is null && previousEpoch is { OutputsMerkleRoot: null })
            return Fault(
                InoperableKind.Corrupted,
                $"Epoch {previousEpoch.Index}, the one before epoch {epoch.Index}, has no outputs root"
            );
        var claim = root ?? previousEpoch?.OutputsMerkleRoot ?? OutputsMerkleTree.Pristine(OutputsMerkleTree.Height);
        return claim == epoch.OutputsMerkleRoot
            ? new ClaimOutcome(claim, null, null)
            : Fault(
                InoperableKind.InvalidOutputsRoot,
                $"Epoch {epoch.Index}: the machine declared the outputs root {epoch.OutputsMerkleRoot}, but the stored outputs have the "
                    + $"root {claim}"
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
            kind,
            what
                + ". The node makes no claim. Compare the database with the machine's outputs; the application must be set up anew from L1."
        );
}
