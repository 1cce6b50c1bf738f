using System.Text.Json;

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
        Output? last = null;
        foreach (var known in Known.GetProperty("epochs").EnumerateArray())
        {
            var epoch = EpochWith(known.GetProperty("epoch").GetUInt64(), Hash32.Parse(known.GetProperty("root").GetString()!));
            var outputs = OutputsOf(known);
            var claim = Run(epoch, previous, last, outputs);
            claim.FaultReason.ShouldBeNull();
            claim.Root.ShouldBe(epoch.OutputsMerkleRoot!.Value);
            Run(epoch, previous, last, outputs).Siblings.ShouldBe(claim.Siblings);
            claim.Siblings.Count.ShouldBe(outputs.Count);
            for (var i = 0; i < outputs.Count; i++)
            {
                outputs[i].Hash = Keccak256.Hash(outputs[i].RawData);
                OutputsMerkleTree.Fold(outputs[i].Index, outputs[i].Hash!.Value, claim.Siblings[i]).ShouldBe(claim.Root);
                outputs[i].Siblings = Siblings.ToBytes(claim.Siblings[i]);
                last = outputs[i];
            }

            previous = epoch;
        }
    }

    [Fact]
    public void A_root_that_the_outputs_do_not_have_is_an_invalid_outputs_root_and_both_values_are_named()
    {
        var declared = Keccak256.Hash([9]);
        var claim = Run(EpochWith(0, declared), null, null, []);
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
        ClaimCalculation.Run(Authority, epoch, null, input, null, 0, []).FaultKind.ShouldBe(InoperableKind.Corrupted);
        ClaimCalculation.Run(Authority, epoch, null, null, null, 0, []).FaultKind.ShouldBe(InoperableKind.Corrupted);
    }

    [Fact]
    public void An_output_before_the_epoch_without_a_stored_proof_is_corrupted()
    {
        var third = OutputsOf(Known.GetProperty("epochs")[2]);
        var unproven = new Output { Index = 1, RawData = [] };
        Run(EpochWith(2, Machine), EpochWith(1, Machine), unproven, third).FaultKind.ShouldBe(InoperableKind.Corrupted);
    }

    [Fact]
    public void A_previous_epoch_without_an_outputs_root_is_corrupted()
    {
        var previous = EpochWith(0, Machine);
        previous.OutputsMerkleRoot = null;
        Run(EpochWith(1, Machine), previous, null, []).FaultKind.ShouldBe(InoperableKind.Corrupted);
    }

    [Fact]
    public void An_epoch_of_a_tournament_may_have_no_input_and_then_leaves_the_machine_where_it_was()
    {
        var prt = NewApplication(ConsensusType.Prt);
        var first = EpochWith(0, OutputsMerkleTree.Pristine(OutputsMerkleTree.Height));
        ClaimCalculation.Run(prt, first, null, null, null, 0, []).FaultKind.ShouldBeNull();
        ClaimCalculation.Run(prt, EpochWith(1, first.OutputsMerkleRoot!.Value), first, null, null, 0, []).FaultKind.ShouldBeNull();

        var moved = EpochWith(1, first.OutputsMerkleRoot!.Value);
        moved.MachineHash = Keccak256.Hash([8]);
        var claim = ClaimCalculation.Run(prt, moved, first, null, null, 0, []);
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

    private static ClaimOutcome Run(Epoch epoch, Epoch? previous, Output? last, List<Output> outputs) =>
        ClaimCalculation.Run(
            Authority,
            epoch,
            previous,
            new Input
            {
                RawData = [],
                MachineHash = Machine,
                OutputsMerkleRoot = epoch.OutputsMerkleRoot,
            },
            last,
            outputs.Count == 0 ? 0 : outputs[0].Index,
            [.. outputs.Select(output => Keccak256.Hash(output.RawData))]
        );

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
