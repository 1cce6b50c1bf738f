using System.Text;
using Rollups.Domain;
using Rollups.Machines.Tests.Host;
using Rollups.Testing;

namespace Rollups.Machines.Tests.Cartesi;

/// <summary>What an application in a Cartesi Machine does, on the stand-in and on a real server.</summary>
public sealed class CartesiMachineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => [.. StandInMachine.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Accepted_inputs_give_their_outputs_and_reports_and_the_recorded_roots(string kind)
    {
        await using var stage = new CartesiStage(kind);
        await using var machine = await stage.CreateAsync();
        if (!stage.IsReal)
            machine.StateHash.ShouldBe(RecordedScene.LastRoot("create_and_store"));
        var frontier = new OutputsFrontier();
        var sender = HostStage.Sender;
        (string Payload, string Scene, byte[][] Outputs, string[] Reports)[] inputs =
        [
            ("hello", "advance_accepted", [Outputs.Notice("hello"u8)], ["hello"]),
            ("Vpay", "advance_voucher", [Outputs.Voucher(sender, 1, "pay"u8)], []),
            ("Dxyz", "advance_delegate_call", [Outputs.DelegateCallVoucher(sender, "xyz"u8)], []),
            ("Mabc", "advance_three_notices", [Outputs.Notice("M"u8), Outputs.Notice("Ma"u8), Outputs.Notice("Mabc"u8)], []),
            ("P", "advance_progress", [], []),
        ];
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = stage.IsReal ? HostStage.Input((ulong)i, inputs[i].Payload) : RecordedScene.Input(inputs[i].Scene);
            var result = await machine.AdvanceAsync((ulong)i, input, Cancel);
            await machine.AdoptAsync(Cancel);
            result.Outcome.ShouldBe(AdvanceOutcome.Accepted);
            result.Outputs.Select(Hex).ShouldBe(inputs[i].Outputs.Select(Hex));
            result.Reports.Select(Encoding.UTF8.GetString).ShouldBe(inputs[i].Reports);
            result.ExceptionData.ShouldBeNull();
            foreach (var output in result.Outputs)
                frontier.Push(Keccak256.Hash(output));
            result.OutputsMerkleRoot.ShouldBe(frontier.Root());
            result.StateHash.ShouldBe(machine.StateHash);
            if (!stage.IsReal)
                result.StateHash.ShouldBe(RecordedScene.LastRoot(inputs[i].Scene));
        }

        machine.ProcessedInputs.ShouldBe(5UL);
        var proof = await machine.ProveStateAsync(Cancel);
        proof.MachineHash.ShouldBe(machine.StateHash);
        proof.OutputsMerkleRoot.ShouldBe(frontier.Root());
        StateProofs.Fault(proof).ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_input_ends_as_the_guest_ends_it(string kind, string payload, AdvanceOutcome outcome, string? exception)
    {
        await using var stage = new CartesiStage(kind);
        await using var machine = await stage.CreateAsync();
        var first = await AdvanceAsync(machine, 0, "first");
        var result = await CartesiStage.StageAsync(machine, 1, payload);
        result.Outcome.ShouldBe(outcome);
        result.Outputs.ShouldBeEmpty();
        result.Reports.ShouldBeEmpty();
        result.ExceptionData.ShouldBe(exception is null ? null : Encoding.UTF8.GetBytes(exception));
        result.OutputsMerkleRoot.ShouldBe(first.OutputsMerkleRoot);
        if (outcome == AdvanceOutcome.Rejected)
            result.StateHash.ShouldBe(first.StateHash);
        else
            result.StateHash.ShouldNotBe(first.StateHash);
        await machine.AdoptAsync(Cancel);
        machine.ProcessedInputs.ShouldBe(2UL);
        machine.StateHash.ShouldBe(result.StateHash);
        if (outcome == AdvanceOutcome.Rejected)
            return;
        // The server itself would still take a query after an exception.
        await Should.ThrowAsync<MachineException>(() => machine.InspectAsync("query"u8.ToArray(), Cancel));
        await Should.ThrowAsync<MachineException>(() => CartesiStage.StageAsync(machine, 2, "next"));
    }

    public static TheoryData<string, string, AdvanceOutcome, string?> Ends
    {
        get
        {
            var data = new TheoryData<string, string, AdvanceOutcome, string?>();
            foreach (var kind in StandInMachine.Kinds)
            {
                data.Add(kind, "Rno", AdvanceOutcome.Rejected, null);
                data.Add(kind, "Eboom", AdvanceOutcome.Exception, "Eboom");
                data.Add(kind, "E", AdvanceOutcome.Exception, "");
                data.Add(kind, "H", AdvanceOutcome.MachineHalted, null);
                data.Add(kind, "Gabc", AdvanceOutcome.UnexpectedYield, null);
                data.Add(kind, "Y3", AdvanceOutcome.UnexpectedYield, null);
                data.Add(kind, "B", AdvanceOutcome.InvalidOutputsRoot, null);
                data.Add(kind, "B4294967295", AdvanceOutcome.InvalidOutputsRoot, null);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_rejected_input_in_the_middle_of_a_batch_leaves_the_state_before_it(string kind)
    {
        await using var stage = new CartesiStage(kind);
        await using var machine = await stage.CreateAsync();
        string[] payloads = ["a", "b", "Rno", "c", "Rno", "Rno", "d"];
        var results = new List<AdvanceResult>();
        for (var i = 0; i < payloads.Length; i++)
            results.Add(await CartesiStage.StageAsync(machine, (ulong)i, payloads[i]));
        results.Select(result => result.Outcome == AdvanceOutcome.Rejected).ShouldBe([false, false, true, false, true, true, false]);
        results[2].StateHash.ShouldBe(results[1].StateHash);
        results[4].StateHash.ShouldBe(results[3].StateHash);
        results[5].StateHash.ShouldBe(results[3].StateHash);
        machine.ProcessedInputs.ShouldBe(0UL);
        await machine.AdoptAsync(Cancel);
        machine.ProcessedInputs.ShouldBe(7UL);
        machine.StateHash.ShouldBe(results[6].StateHash);

        // Another machine that takes and adopts them one by one gives the same.
        await using var other = await stage.CreateAsync();
        for (var i = 0; i < payloads.Length; i++)
            (await AdvanceAsync(other, (ulong)i, payloads[i])).StateHash.ShouldBe(results[i].StateHash, payloads[i]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_failed_commit_returns_to_the_adopted_state(string kind)
    {
        await using var stage = new CartesiStage(kind);
        await using var machine = await stage.CreateAsync();
        var first = await AdvanceAsync(machine, 0, "a");
        var second = await AdvanceAsync(machine, 1, "b");
        foreach (
            var batch in (string[][])
                [
                    ["c"],
                    ["c", "Rno", "d"],
                    ["Rno"],
                    ["c", "Eboom"],
                    ["c", "d", "e"],
                ]
        )
        {
            for (var i = 0; i < batch.Length; i++)
                await CartesiStage.StageAsync(machine, 2 + (ulong)i, batch[i]);
            await machine.DiscardAsync(Cancel);
            machine.ProcessedInputs.ShouldBe(2UL);
            machine.StateHash.ShouldBe(second.StateHash);
        }

        var third = await AdvanceAsync(machine, 2, "c");
        third.StateHash.ShouldNotBe(second.StateHash);
        second.StateHash.ShouldNotBe(first.StateHash);
        await using var other = await stage.CreateAsync();
        await AdvanceAsync(other, 0, "a");
        await AdvanceAsync(other, 1, "b");
        (await AdvanceAsync(other, 2, "c")).StateHash.ShouldBe(third.StateHash);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_states_of_a_long_input_are_one_per_stride_and_then_the_last_one(string kind)
    {
        await using var stage = new CartesiStage(kind) { RecordsStates = true };
        await using var machine = await stage.CreateAsync();
        foreach (var (index, scene) in RecordedScene.Accepted.Index())
            await machine.AdvanceAsync((ulong)index, RecordedScene.Input(scene), Cancel);
        await machine.AdoptAsync(Cancel);
        var input = stage.IsReal ? HostStage.Input(5, "S8") : RecordedScene.Input("prt_collect");
        var result = await machine.AdvanceAsync(5, input, Cancel);
        result.States.Aggregate(0UL, (sum, run) => sum + run.Repetitions).ShouldBe(ComputationTree.LeavesOfAnInput);
        result.States.Count.ShouldBeGreaterThan(2);
        result.States.SkipLast(1).ShouldAllBe(run => run.Repetitions == 1);
        result.States[^1].StateHash.ShouldBe(result.StateHash);
        // The server's own collector: its last hash is the padding behind the stop.
        result.States.Select(run => run.StateHash).ShouldBe(await stage.CollectAsync(input));
    }

    [Fact]
    public async Task A_machine_without_a_tournament_records_no_states_and_asks_for_no_root_on_the_way()
    {
        // 40 million cycles: two full strides.
        var roots = new List<int>();
        foreach (var recordsStates in (bool[])[false, true])
        {
            await using var stage = new CartesiStage { RecordsStates = recordsStates };
            await using var machine = await stage.CreateAsync();
            var before = stage.Calls("machine.get_root_hash");
            var result = await CartesiStage.StageAsync(machine, 0, "S40");
            roots.Add(stage.Calls("machine.get_root_hash") - before);
            result.States.Count.ShouldBe(recordsStates ? 3 : 0);
        }

        roots.ShouldBe([1, 3]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Much_output_and_a_report_of_two_mebibytes_arrive_whole(string kind)
    {
        await using var stage = new CartesiStage(kind);
        await using var machine = await stage.CreateAsync();
        var report = (await AdvanceAsync(machine, 0, "K")).Reports.ShouldHaveSingleItem();
        report.Length.ShouldBe(1 << 21);
        report.ShouldAllBe(value => value == (byte)'k');
        (await AdvanceAsync(machine, 1, "F1000")).Reports.Count.ShouldBe(1000);
        (await AdvanceAsync(machine, 2, "N200")).Outputs.Count.ShouldBe(200);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_template_hash_is_the_root_of_the_stored_machine(string kind)
    {
        await using var stage = new CartesiStage(kind);
        await using var machine = await stage.CreateAsync();
        (await stage.Factory.GetTemplateHashAsync(stage.Uri, Cancel)).ShouldBe(machine.StateHash);
    }

    private static async Task<AdvanceResult> AdvanceAsync(IRollupsMachine machine, ulong index, string payload)
    {
        var result = await CartesiStage.StageAsync(machine, index, payload);
        await machine.AdoptAsync(Cancel);
        return result;
    }

    private static string Hex(byte[] bytes) => Domain.Hex.Encode(bytes);
}
