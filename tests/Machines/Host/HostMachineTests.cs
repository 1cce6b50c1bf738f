using System.Text.Json;
using Rollups.Domain;
using Rollups.Machines.Host;

namespace Rollups.Machines.Tests.Host;

/// <summary>Inputs and queries on their way through an honest backend.</summary>
public sealed class HostMachineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_input_reaches_the_backend_with_its_metadata_and_what_it_emits_comes_back_encoded()
    {
        await using var stage = new HostStage();
        await using var machine = await stage.CreateAsync();
        using var backend = stage.Backend();
        var running = machine.AdvanceAsync(0, HostStage.Input(0, "hello"), Cancel);

        var request = await backend.NextAsync();
        request
            .ToString()
            .ShouldBe(
                """
                {"request_type":"advance_state","data":{"metadata":{
                "chain_id":31337,"app_contract":"0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e",
                "msg_sender":"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266","block_number":123,"block_timestamp":1735689600,
                "prev_randao":"0x000000000000000000000000000000000000000000000000000000000000002a","input_index":0},
                "payload":"0x68656c6c6f"}}
                """.Replace("\n", "", StringComparison.Ordinal)
            );
        (await backend.NoticeAsync("0xAb")).ShouldBe((201, """{"index":0}"""));
        (
            await backend.PostAsync(
                "/voucher",
                """
                {"destination":"0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
                "value":"0x0000000000000000000000000000000000000000000000000de0b6b3a7640000","payload":"0x"}
                """
            )
        ).ShouldBe((201, """{"index":1}"""));
        (
            await backend.PostAsync(
                "/delegate-call-voucher",
                """{"destination":"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266","payload":"0x01"}"""
            )
        ).ShouldBe((201, """{"index":2}"""));
        (await backend.ReportAsync("0x0203")).ShouldBe((202, ""));
        var asking = backend.NextAsync();

        var result = await running;
        await machine.AdoptAsync(Cancel);
        result.Outcome.ShouldBe(AdvanceOutcome.Accepted);
        result.Outputs.ShouldBe([
            Outputs.Notice([0xab]),
            Outputs.Voucher(HostStage.Sender, 1_000_000_000_000_000_000, []),
            Outputs.DelegateCallVoucher(HostStage.Sender, [1]),
        ]);
        result.Reports.ShouldBe([
            [2, 3],
        ]);
        (machine.ProcessedInputs, machine.StateHash).ShouldBe((1UL, result.StateHash));
        var proof = await machine.ProveStateAsync(Cancel);
        StateProofs.Fault(proof).ShouldBeNull();
        (proof.MachineHash, proof.OutputsMerkleRoot).ShouldBe((result.StateHash, result.OutputsMerkleRoot));

        var second = HostStage.AdvanceAsync(machine, 1, "next");
        (await asking).GetProperty("data").GetProperty("metadata").GetProperty("input_index").GetInt32().ShouldBe(1);
        (await backend.PostAsync("/voucher", """{"destination":"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266","payload":"0x"}""")).ShouldBe(
            (201, """{"index":3}""")
        );
        await Task.WhenAny(backend.FinishAsync(), second);
        (await second).Outputs.ShouldBe([Outputs.Voucher(HostStage.Sender, 0, [])]);
    }

    [Fact]
    public async Task A_rejected_input_leaves_nothing_and_the_same_inputs_give_the_same_hashes_again()
    {
        var hashes = new List<Hash32>();
        for (var life = 0; life < 2; life++)
        {
            await using var stage = new HostStage();
            (await stage.Factory.GetTemplateHashAsync("host:1", Cancel)).ShouldBe(
                Hash32.Parse("0x8bbeae35c6d96e9dc780c100459a98d649bb5fbe3b9a404bd5bcc879f91748b8")
            );
            await using var machine = await stage.CreateAsync();
            using var backend = stage.Backend();
            var before = machine.StateHash;
            var rejected = HostStage.AdvanceAsync(machine, 0);
            await backend.NextAsync();
            await backend.NoticeAsync("0x01");
            await backend.ReportAsync("0x02");
            var asking = backend.NextAsync("reject");
            var result = await rejected;
            (result.Outcome, result.Outputs.Count, result.Reports.Count).ShouldBe((AdvanceOutcome.Rejected, 0, 0));
            (result.StateHash, machine.StateHash, machine.ProcessedInputs).ShouldBe((before, before, 1UL));

            var accepted = HostStage.AdvanceAsync(machine, 1);
            await asking;
            (await backend.NoticeAsync("0x03")).Text.ShouldBe("""{"index":0}""");
            await Task.WhenAny(backend.FinishAsync(), accepted);
            hashes.Add((await accepted).StateHash);
        }

        hashes[0].ShouldBe(hashes[1]);
    }

    [Theory]
    [InlineData("/exception", """{"payload":"0x776879"}""", false, AdvanceOutcome.Exception, 202)]
    [InlineData("/exception", """{"payload":"0x776879"}""", true, AdvanceOutcome.Rejected, 202)]
    [InlineData("/gio", """{"domain":16,"id":"0x01"}""", false, AdvanceOutcome.UnexpectedYield, 400)]
    [InlineData("/gio", """{"domain":16,"id":"0x01"}""", true, AdvanceOutcome.Rejected, 400)]
    public async Task What_ends_an_application_in_production_ends_the_input_unless_told_otherwise(
        string path,
        string body,
        bool goOn,
        AdvanceOutcome expected,
        int status
    )
    {
        await using var stage = new HostStage(new HostMachineOptions { ContinueAfterException = goOn });
        await using var machine = await stage.CreateAsync();
        using var backend = stage.Backend();
        var running = HostStage.AdvanceAsync(machine, 0);
        await backend.NextAsync();
        await backend.NoticeAsync("0x01");
        (await backend.PostAsync(path, body)).Status.ShouldBe(status);

        var result = await running;
        (result.Outcome, result.Outputs.Count).ShouldBe((expected, 0));
        result.ExceptionData.ShouldBe(expected == AdvanceOutcome.Exception ? "why"u8.ToArray() : null);
        (await backend.NoticeAsync("0x01")).Status.ShouldBe(403);
        if (!goOn)
            return;
        // Its status belongs to the input that has ended, not to the next.
        var next = HostStage.AdvanceAsync(machine, 1);
        await backend.NextAsync("reject");
        await Task.WhenAny(backend.FinishAsync(), next);
        (await next).Outcome.ShouldBe(AdvanceOutcome.Accepted);
    }

    [Fact]
    public async Task A_query_waits_for_its_turn_between_two_inputs_and_changes_nothing()
    {
        await using var stage = new HostStage();
        await using var machine = await stage.CreateAsync();
        using var backend = stage.Backend();
        var advance = machine.AdvanceAsync(0, HostStage.Input(0, "first"), Cancel);
        await backend.NextAsync();
        var query = machine.InspectAsync("balance"u8.ToArray(), Cancel);
        var asking = backend.NextAsync();
        var result = await advance;
        query.IsCompleted.ShouldBeFalse();
        asking.IsCompleted.ShouldBeFalse();

        await machine.AdoptAsync(Cancel);
        var request = await asking;
        request.ToString().ShouldBe("""{"request_type":"inspect_state","data":{"payload":"0x62616c616e6365"}}""");
        (await backend.NoticeAsync("0x01")).Status.ShouldBe(403);
        (await backend.ReportAsync("0x05")).Status.ShouldBe(202);
        var after = backend.NextAsync("reject");
        var answer = await query;
        (answer.Outcome, answer.ProcessedInputs).ShouldBe((InspectOutcome.Rejected, 1UL));
        answer.Reports.ShouldBe([
            [5],
        ]);
        machine.StateHash.ShouldBe(result.StateHash);

        var raising = machine.InspectAsync("raise"u8.ToArray(), Cancel);
        await after;
        (await backend.PostAsync("/exception", """{"payload":"0x776879"}""")).Status.ShouldBe(202);
        (await raising).Outcome.ShouldBe(InspectOutcome.Exception);
        (await raising).ExceptionData.ShouldBe("why"u8.ToArray());
        var next = HostStage.AdvanceAsync(machine, 1);
        await backend.NextAsync();
        await Task.WhenAny(backend.FinishAsync(), next);
        (await next).Outcome.ShouldBe(AdvanceOutcome.Accepted);
    }

    [Fact]
    public async Task Advances_are_staged_on_each_other_and_a_query_waits_until_all_are_adopted()
    {
        await using var stage = new HostStage();
        await using var machine = await stage.CreateAsync();
        using var backend = stage.Backend();
        var asking = backend.NextAsync();
        for (var input = 0UL; input < 3; input++)
        {
            var running = machine.AdvanceAsync(input, HostStage.Input(input, "payload"), Cancel);
            await asking;
            asking = backend.NextAsync();
            (await running).Outcome.ShouldBe(AdvanceOutcome.Accepted);
            machine.ProcessedInputs.ShouldBe(0UL);
        }

        var query = machine.InspectAsync(default, Cancel);
        asking.IsCompleted.ShouldBeFalse();
        await machine.AdoptAsync(Cancel);

        (await asking).GetProperty("request_type").GetString().ShouldBe("inspect_state");
        await Task.WhenAny(backend.FinishAsync(), query);
        (await query).ProcessedInputs.ShouldBe(3UL);
        machine.ProcessedInputs.ShouldBe(3UL);
    }

    [Fact]
    public async Task A_discarded_result_makes_the_machine_unusable_because_the_backend_has_seen_the_input()
    {
        await using var stage = new HostStage();
        await using var machine = await stage.CreateAsync();
        using var backend = stage.Backend();
        var running = machine.AdvanceAsync(0, HostStage.Input(0, "first"), Cancel);
        await backend.NextAsync();
        await Task.WhenAny(backend.FinishAsync(), running);
        await running;
        machine.IsUsable.ShouldBeTrue();
        await machine.DiscardAsync(Cancel);

        machine.IsUsable.ShouldBeFalse();
        await Should.ThrowAsync<MachineException>(() => machine.AdvanceAsync(0, HostStage.Input(0, "first"), Cancel));
        await Should.ThrowAsync<MachineException>(() => machine.InspectAsync(default, Cancel));
        (await machine.SnapshotAsync("/nowhere", Cancel)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(0, false, false)]
    [InlineData(1, true, true)]
    [InlineData(13370, false, true)]
    [InlineData(11155111, false, true)]
    public async Task Host_mode_is_refused_on_a_chain_that_is_not_known_for_development(ulong chain, bool allowed, bool works)
    {
        await using var stage = new HostStage(new HostMachineOptions { AllowAnyChain = allowed }, chain);
        if (works)
        {
            await using var machine = await stage.CreateAsync();
            stage.Log.Lines.ShouldContain(entry => entry.Text.Contains("runs in host mode, which is for development"));
        }
        else
        {
            (await Should.ThrowAsync<MachineException>(stage.CreateAsync)).Message.ShouldContain("Machines:Host:AllowAnyChain");
        }
    }

    [Theory]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:70000")]
    [InlineData("host:-1")]
    public async Task A_template_without_a_port_is_refused(string template)
    {
        await using var stage = new HostStage();
        (
            await Should.ThrowAsync<MachineException>(() => stage.Factory.CreateAsync(template, HostStage.Application, Cancel))
        ).Message.ShouldContain("host:5004");
    }
}
