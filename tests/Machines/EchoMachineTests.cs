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
    public async Task Advances_are_staged_on_each_other_and_adopted_or_dropped_together()
    {
        var token = TestContext.Current.CancellationToken;
        await using var batched = new EchoMachine();
        await using var single = new EchoMachine();
        string[] payloads = ["one", "reject", "two", "silent"];
        var template = batched.StateHash;
        foreach (var adopts in (bool[])[false, true])
        {
            for (var i = 0; i < payloads.Length; i++)
            {
                var result = await batched.AdvanceAsync((ulong)i, Input((ulong)i, payloads[i]), token);
                (batched.ProcessedInputs, batched.StateHash).ShouldBe((0UL, template));
                if (!adopts)
                    continue;
                var expected = await single.AdvanceAsync((ulong)i, Input((ulong)i, payloads[i]), token);
                await single.AdoptAsync(token);
                (result.Outcome, result.StateHash, result.OutputsMerkleRoot).ShouldBe(
                    (expected.Outcome, expected.StateHash, expected.OutputsMerkleRoot)
                );
            }

            await (adopts ? batched.AdoptAsync(token) : batched.DiscardAsync(token));
        }

        (batched.ProcessedInputs, batched.StateHash).ShouldBe((4UL, single.StateHash));
    }

    [Fact]
    public async Task A_snapshot_continues_where_the_machine_was_and_a_damaged_one_is_refused()
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Path.Combine(Directory.CreateTempSubdirectory("rollups-echo-").FullName, "snapshot");
        var factory = new EchoMachineFactory();
        await using var machine = new EchoMachine();
        foreach (var index in Enumerable.Range(0, 3).Select(index => (ulong)index))
        {
            await machine.AdvanceAsync(index, Input(index, $"input {index}"), token);
            await machine.AdoptAsync(token);
        }
        (await machine.SnapshotAsync(folder, token)).ShouldBeTrue();
        await Should.ThrowAsync<IOException>(() => machine.SnapshotAsync(folder, token));

        await using var restored = await factory.RestoreAsync("echo:", Address.Zero, folder, token);
        (restored.ProcessedInputs, restored.StateHash).ShouldBe((3UL, machine.StateHash));
        var there = await restored.AdvanceAsync(3, Input(3, "next"), token);
        var here = await machine.AdvanceAsync(3, Input(3, "next"), token);
        (there.StateHash, there.OutputsMerkleRoot).ShouldBe((here.StateHash, here.OutputsMerkleRoot));

        var file = Path.Combine(folder, "state.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, token)).Replace("\"Outputs\":6", "\"Outputs\":5"), token);
        await Should.ThrowAsync<MachineException>(() => factory.RestoreAsync("echo:", Address.Zero, folder, token));
        Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
    }

    [Theory]
    [InlineData("who", InspectOutcome.Accepted, 1, null)]
    [InlineData("reject me", InspectOutcome.Rejected, 0, null)]
    [InlineData("exception:why", InspectOutcome.Exception, 0, "why")]
    [InlineData("halt", InspectOutcome.MachineHalted, 0, null)]
    public async Task A_query_is_answered_on_the_adopted_state_and_changes_nothing(
        string query,
        InspectOutcome expected,
        int reports,
        string? exception
    )
    {
        var token = TestContext.Current.CancellationToken;
        await using var machine = new EchoMachine();
        await machine.AdvanceAsync(0, Input(0, "staged"), token);
        var before = machine.StateHash;

        var result = await machine.InspectAsync(Encoding.UTF8.GetBytes(query), token);

        (result.Outcome, result.Reports.Count, result.ProcessedInputs, result.Error).ShouldBe((expected, reports, 0UL, null));
        result.ExceptionData.ShouldBe(exception is null ? null : Encoding.UTF8.GetBytes(exception));
        machine.StateHash.ShouldBe(before);
        await machine.AdoptAsync(token);
        (await machine.InspectAsync("again"u8.ToArray(), token)).ProcessedInputs.ShouldBe(1UL);
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
