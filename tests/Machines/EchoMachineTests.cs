using System.Text;
using Rollups.Domain;

namespace Rollups.Machines.Tests;

public sealed class EchoMachineTests
{
    private static readonly Address Sender = Address.Parse("0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc");

    [Fact]
    public async Task An_accepted_input_is_echoed_as_a_notice_a_voucher_to_the_sender_and_a_report()
    {
        await using var machine = new EchoMachine();
        var result = await machine.AdvanceAsync(0, Input(0, "hello"), TestContext.Current.CancellationToken);

        result.Outcome.ShouldBe(AdvanceOutcome.Accepted);
        result.Outputs.ShouldBe([Outputs.Notice("hello"u8), Outputs.Voucher(Sender, 0, "hello"u8)]);
        result.Reports.ShouldBe(["hello"u8.ToArray()]);
        var frontier = new OutputsFrontier();
        foreach (var output in result.Outputs)
            frontier.Push(Keccak256.Hash(output));
        result.OutputsMerkleRoot.ShouldBe(frontier.Root());
    }

    [Theory]
    [InlineData("reject me", AdvanceOutcome.Rejected)]
    [InlineData("exception:why", AdvanceOutcome.Exception)]
    [InlineData("halt", AdvanceOutcome.MachineHalted)]
    public async Task Marked_payloads_end_in_other_ways_and_leave_nothing(string payload, AdvanceOutcome expected)
    {
        await using var machine = new EchoMachine();
        var before = machine.StateHash;
        var result = await machine.AdvanceAsync(0, Input(0, payload), TestContext.Current.CancellationToken);

        result.Outcome.ShouldBe(expected);
        result.Outputs.ShouldBeEmpty();
        result.Reports.ShouldBeEmpty();
        (result.ExceptionData is null).ShouldBe(expected != AdvanceOutcome.Exception);
        (result.StateHash == before).ShouldBe(expected == AdvanceOutcome.Rejected);
        result.States.ShouldBe([new StateRun(result.StateHash, ComputationTree.LeavesOfAnInput)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not an encoded call")]
    public async Task An_input_that_is_not_an_encoded_call_is_rejected_and_the_next_one_runs(string input)
    {
        var token = TestContext.Current.CancellationToken;
        await using var machine = new EchoMachine();
        var before = machine.StateHash;
        var result = await machine.AdvanceAsync(0, Encoding.UTF8.GetBytes(input), token);
        await machine.AdoptAsync(token);

        result.Outcome.ShouldBe(AdvanceOutcome.Rejected);
        result.StateHash.ShouldBe(before);
        (await machine.AdvanceAsync(1, Input(1, "fine"), token)).Outcome.ShouldBe(AdvanceOutcome.Accepted);
    }

    [Fact]
    public async Task A_discarded_advance_leaves_the_machine_where_it_was_and_an_adopted_one_moves_it()
    {
        var token = TestContext.Current.CancellationToken;
        await using var machine = new EchoMachine();
        var template = machine.StateHash;
        await machine.AdvanceAsync(0, Input(0, "one"), token);
        await machine.DiscardAsync(token);
        machine.StateHash.ShouldBe(template);
        machine.ProcessedInputs.ShouldBe(0UL);

        var result = await machine.AdvanceAsync(0, Input(0, "one"), token);
        await machine.AdoptAsync(token);
        machine.StateHash.ShouldBe(result.StateHash);
        machine.ProcessedInputs.ShouldBe(1UL);
    }

    [Fact]
    public async Task Its_state_proof_holds_and_a_flipped_bit_is_found()
    {
        var token = TestContext.Current.CancellationToken;
        await using var machine = new EchoMachine();
        await machine.AdvanceAsync(0, Input(0, "one"), token);
        await machine.AdoptAsync(token);
        var proof = await machine.ProveStateAsync(token);

        StateProofs.Fault(proof).ShouldBeNull();
        proof.MachineHash.ShouldBe(machine.StateHash);
        StateProofs.Fault(proof with { OutputsMerkleRoot = Hash32.Zero }).ShouldNotBeNull();
        StateProofs.Fault(proof with { TohostBlock = Hash32.Zero }).ShouldNotBeNull();
    }

    [Fact]
    public async Task Its_template_declares_the_root_of_no_outputs_so_that_an_empty_first_epoch_can_be_settled()
    {
        await using var machine = new EchoMachine();
        var proof = await machine.ProveStateAsync(TestContext.Current.CancellationToken);

        proof.MachineHash.ShouldBe(EchoMachine.TemplateHash);
        proof.OutputsMerkleRoot.ShouldBe(Hash32.Parse("0x0a162946e56158bac0673e6dd3bdfdc1e4a0e7744a120fdb640050c8d7abe1c6"));
        // As the consensus contract folds it: the keccak256 of the root at 0x60800000, and 59 siblings.
        var node = Keccak256.Hash(proof.OutputsMerkleRoot.ToByteArray());
        for (var (level, position) = (0, 50593792UL); level < 59; level++, position >>= 1)
            node =
                (position & 1) == 0
                    ? Keccak256.Hash(node, proof.OutputsMerkleProof[level])
                    : Keccak256.Hash(proof.OutputsMerkleProof[level], node);
        proof.OutputsMerkleProof.Count.ShouldBe(59);
        node.ShouldBe(EchoMachine.TemplateHash);
    }

    [Fact]
    public async Task An_input_out_of_order_is_refused()
    {
        await using var machine = new EchoMachine();
        await Should.ThrowAsync<MachineException>(() => machine.AdvanceAsync(1, Input(1, "late"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void An_unknown_template_is_named_with_what_is_known() =>
        Should
            .Throw<MachineException>(() => new IMachineFactory[] { new EchoMachineFactory() }.For("qemu:disk"))
            .Message.ShouldContain("'qemu:disk'");

    private static byte[] Input(ulong index, string payload) =>
        new EvmAdvance(31337, Address.Zero, Sender, 1, 1, Hash32.Zero, index, Encoding.UTF8.GetBytes(payload)).Encode();
}
