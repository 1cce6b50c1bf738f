using System.Text.Json;
using Rollups.Testing;

namespace Rollups.Domain.Tests.Claims;

public sealed class ClaimCalculationTests
{
    private static readonly Hash32 Machine = Keccak256.Hash([1]);
    private static readonly JsonElement Known = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Claims", "Vectors", "epochs.json")))
        .RootElement;

    [Fact]
    public void Epochs_of_2_0_1_3_and_1_outputs_have_the_known_claims()
    {
        Epoch? previous = null;
        (Output, Hash32[]?)? last = null;
        foreach (var known in Known.GetProperty("epochs").EnumerateArray())
        {
            var epoch = EpochWith(known.GetProperty("epoch").GetUInt64(), Hash32.Parse(known.GetProperty("root").GetString()!));
            var outputs = OutputsOf(known);
            var (claim, tree) = Run(epoch, previous, last, outputs);
            claim.FaultReason.ShouldBeNull();
            claim.Root.ShouldBe(epoch.OutputsMerkleRoot!.Value);
            Run(epoch, previous, last, outputs).Tree?.Tree?.Siblings.ShouldBe(tree?.Tree?.Siblings);
            (tree?.Tree is { } row ? (int)(row.LastIndex - row.FirstIndex) + 1 : 0).ShouldBe(outputs.Count);
            foreach (var output in outputs)
            {
                var siblings = tree!.Prove(output.Index);
                OutputsMerkleTree.Fold(output.Index, Keccak256.Hash(output.RawData), siblings).ShouldBe(claim.Root);
                last = (output, siblings);
            }

            previous = epoch;
        }
    }

    [Fact]
    public void A_root_that_the_outputs_do_not_have_is_an_invalid_outputs_root_and_both_values_are_named()
    {
        var declared = Keccak256.Hash([9]);
        var (claim, _) = Run(EpochWith(0, declared), null, null, []);
        claim.FaultKind.ShouldBe(InoperableKind.InvalidOutputsRoot);
        claim.FaultReason.ShouldNotBeNull().ShouldContain(declared.ToString());
        claim.FaultReason.ShouldContain(OutputsMerkleTree.Pristine(OutputsMerkleTree.Height).ToString());
    }

    [Fact]
    public void An_epoch_that_contradicts_its_last_input_is_corrupted()
    {
        var epoch = EpochWith(0, OutputsMerkleTree.Pristine(OutputsMerkleTree.Height));
        var input = new Input
        {
            RawData = [],
            MachineHash = Keccak256.Hash([2]),
            OutputsMerkleRoot = epoch.OutputsMerkleRoot,
        };
        Run(Authority, epoch, null, input).FaultKind.ShouldBe(InoperableKind.Corrupted);
        Run(Authority, epoch, null, null).FaultKind.ShouldBe(InoperableKind.Corrupted);
    }

    [Fact]
    public void An_output_before_the_epoch_without_a_stored_proof_is_corrupted()
    {
        var third = OutputsOf(Known.GetProperty("epochs")[2]);
        var unproven = new Output { Index = 1, RawData = [] };
        var (claim, tree) = Run(EpochWith(2, Machine), EpochWith(1, Machine), (unproven, null), third);
        claim.FaultKind.ShouldBe(InoperableKind.Corrupted);
        claim.FaultReason.ShouldNotBeNull().ShouldContain("Output 1, the last before epoch 2, has no stored proof");
        tree.ShouldBeNull();
    }

    [Fact]
    public void A_previous_epoch_without_an_outputs_root_is_corrupted()
    {
        var previous = EpochWith(0, Machine);
        previous.OutputsMerkleRoot = null;
        Run(EpochWith(1, Machine), previous, null, []).Claim.FaultKind.ShouldBe(InoperableKind.Corrupted);
    }

    [Fact]
    public void An_epoch_of_a_tournament_may_have_no_input_and_then_leaves_the_machine_where_it_was()
    {
        var prt = NewApplication(ConsensusType.Prt);
        var first = EpochWith(0, OutputsMerkleTree.Pristine(OutputsMerkleTree.Height));
        Run(prt, first, null, null).FaultKind.ShouldBeNull();
        Run(prt, EpochWith(1, first.OutputsMerkleRoot!.Value), first, null).FaultKind.ShouldBeNull();

        var moved = EpochWith(1, first.OutputsMerkleRoot!.Value);
        moved.MachineHash = Keccak256.Hash([8]);
        var claim = Run(prt, moved, first, null);
        claim.FaultKind.ShouldBe(InoperableKind.Corrupted);
        claim
            .FaultReason.ShouldNotBeNull()
            .ShouldContain($"has no input and the machine hash {moved.MachineHash}, but epoch 0, the one before it, has {Machine}");
    }

    private static Application Authority { get; } = NewApplication(ConsensusType.Authority);

    private static Application NewApplication(ConsensusType consensus) =>
        new()
        {
            Name = "echo",
            Address = default,
            ConsensusAddress = default,
            InputBoxAddress = default,
            InputBoxBlock = 1,
            DeploymentBlock = 1,
            TemplateHash = Machine,
            TemplateUri = "echo:",
            EpochLength = 10,
            ConsensusType = consensus,
        };

    /// <summary>An epoch without outputs.</summary>
    private static ClaimOutcome Run(Application application, Epoch epoch, Epoch? previous, Input? input) =>
        ClaimCalculation.FaultOf(application, epoch, previous, input) ?? ClaimCalculation.Of(epoch, previous, root: null);

    /// <summary>An epoch with one input, in the order in which the Validator calculates.</summary>
    private static (ClaimOutcome Claim, EpochTree? Tree) Run(
        Epoch epoch,
        Epoch? previous,
        (Output Output, Hash32[]? Siblings)? last,
        List<Output> outputs
    )
    {
        var input = new Input
        {
            RawData = [],
            MachineHash = Machine,
            OutputsMerkleRoot = epoch.OutputsMerkleRoot,
        };
        if (ClaimCalculation.FaultOf(Authority, epoch, previous, input) is { } fault)
            return (fault, null);
        if (outputs.Count == 0)
            return (ClaimCalculation.Of(epoch, previous, root: null), null);
        if (ClaimCalculation.FrontierBefore(outputs[0].Index, last) is not { } frontier)
            return (ClaimCalculation.WithoutFrontier(epoch, outputs[0].Index), null);
        var tree = EpochTree.Append(frontier, [.. outputs.Select(output => Keccak256.Hash(output.RawData))]);
        return (ClaimCalculation.Of(epoch, previous, tree.Root), tree);
    }

    private static Epoch EpochWith(ulong index, Hash32 root) =>
        new()
        {
            Index = index,
            MachineHash = Machine,
            OutputsMerkleRoot = root,
        };

    private static List<Output> OutputsOf(JsonElement epoch)
    {
        var count = epoch.GetProperty("output_count").GetInt32();
        var first = count == 0 ? 0 : epoch.GetProperty("first_output_index").GetInt32();
        return
        [
            .. Enumerable
                .Range(first, count)
                .Select(i => new Output
                {
                    Index = (ulong)i,
                    RawData = Hex.Decode(Known.GetProperty("outputs")[i].GetProperty("encoded").GetString()!),
                }),
        ];
    }
}
