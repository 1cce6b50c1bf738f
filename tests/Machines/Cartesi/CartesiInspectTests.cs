using System.Text;
using Rollups.Machines.Cartesi;
using Rollups.Machines.Cartesi.Servers;
using Rollups.Testing;

namespace Rollups.Machines.Tests.Cartesi;

/// <summary>Queries run on copies, beside the inputs.</summary>
public sealed class CartesiInspectTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => [.. StandInMachine.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_query_ends_as_the_guest_ends_it_and_changes_nothing(string kind)
    {
        await using var stage = new CartesiStage(kind);
        await using var machine = await stage.CreateAsync();
        await CartesiStage.StageAsync(machine, 0, "hello");
        await machine.AdoptAsync(Cancel);
        var before = machine.StateHash;
        var accepted = await AskAsync(machine, "q");
        accepted.Outcome.ShouldBe(InspectOutcome.Accepted);
        accepted.Reports.Select(report => Encoding.Latin1.GetString(report)).ShouldBe(["q", "\0\0\0\0\0\0\0\u0001"]);
        accepted.ProcessedInputs.ShouldBe(1UL);
        (await AskAsync(machine, "Rq")).Outcome.ShouldBe(InspectOutcome.Rejected);
        var exception = await AskAsync(machine, "Eq");
        exception.Outcome.ShouldBe(InspectOutcome.Exception);
        exception.ExceptionData.ShouldBe("Eq"u8.ToArray());
        (await AskAsync(machine, "H")).Outcome.ShouldBe(InspectOutcome.MachineHalted);
        (await AskAsync(machine, "Gq")).Outcome.ShouldBe(InspectOutcome.Failed);
        machine.StateHash.ShouldBe(before);
        (await AskAsync(machine, "q")).Reports.Count.ShouldBe(2);
        (await CartesiStage.StageAsync(machine, 1, "again")).Outcome.ShouldBe(AdvanceOutcome.Accepted);
    }

    [Fact]
    public async Task A_recorded_query_gives_the_recorded_reports()
    {
        await using var stage = new CartesiStage();
        await using var machine = await stage.CreateAsync();
        foreach (var (index, scene) in RecordedScene.Accepted.Index())
            await machine.AdvanceAsync((ulong)index, RecordedScene.Input(scene), Cancel);
        await machine.AdoptAsync(Cancel);
        foreach (
            var (query, outcome) in new[]
            {
                ("q", InspectOutcome.Accepted),
                ("Rq", InspectOutcome.Rejected),
                ("Eq", InspectOutcome.Exception),
            }
        )
        {
            var result = await AskAsync(machine, query);
            result.Outcome.ShouldBe(outcome);
            result.Reports.ShouldBe([Encoding.UTF8.GetBytes(query), [0, 0, 0, 0, 0, 0, 0, 5]]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_query_beside_an_input_sees_the_adopted_state(string kind)
    {
        await using var stage = new CartesiStage(kind);
        await using var machine = await stage.CreateAsync();
        await CartesiStage.StageAsync(machine, 0, "one");
        await CartesiStage.StageAsync(machine, 1, "two");
        await machine.AdoptAsync(Cancel);
        await CartesiStage.StageAsync(machine, 2, "staged");
        var running = CartesiStage.StageAsync(machine, 3, "S500");
        // The input takes seconds; a query answers long before.
        for (var i = 0; i < 3; i++)
        {
            var result = await AskAsync(machine, "q");
            result.Reports[1].ShouldBe([0, 0, 0, 0, 0, 0, 0, 2]);
            result.ProcessedInputs.ShouldBe(2UL);
        }

        running.IsCompleted.ShouldBeFalse();
        (await running).Outcome.ShouldBe(AdvanceOutcome.Accepted);
        await machine.AdoptAsync(Cancel);
        (await AskAsync(machine, "q")).Reports[1].ShouldBe([0, 0, 0, 0, 0, 0, 0, 3]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Queries_beside_inputs_share_one_copy_of_each_adopted_state(string kind)
    {
        await using var stage = new CartesiStage(kind, new CartesiMachineOptions { MaxReplayTime = TimeSpan.FromMinutes(1) });
        await using var machine = await stage.CreateAsync();
        foreach (var round in (ulong[])[0, 1, 2])
        {
            for (var i = 0UL; i < 4; i++)
                await CartesiStage.StageAsync(machine, round * 4 + i, "a");
            // The first round has a copy of the template: a query runs the inputs since then, and only the first one does.
            var (sent, seen) = (stage.Calls("machine.send_cmio_response"), round * 4);
            foreach (var result in await Task.WhenAll(AskAsync(machine, "q"), AskAsync(machine, "q"), AskAsync(machine, "q")))
                result.Reports[1][7].ShouldBe((byte)seen);
            if (!stage.IsReal)
                (stage.Calls("machine.send_cmio_response") - sent).ShouldBe(3);
            await machine.AdoptAsync(Cancel);
        }

        // Inputs are staged again, so the resident machine is ahead, and no copy is of the adopted state.
        await CartesiStage.StageAsync(machine, 12, "Rno");
        await CartesiStage.StageAsync(machine, 13, "a");
        var before = stage.Calls("machine.send_cmio_response");
        (await AskAsync(machine, "q")).Reports[1][7].ShouldBe((byte)12);
        if (!stage.IsReal)
            (stage.Calls("machine.send_cmio_response") - before).ShouldBe(1);
        await machine.DiscardAsync(Cancel);
        machine.IsUsable.ShouldBeTrue();
        (await AskAsync(machine, "q")).Reports[1][7].ShouldBe((byte)12);
        await stage.OnlyAliveAsync(3);
    }

    [Fact]
    public async Task The_first_of_many_queries_on_a_state_without_a_copy_runs_the_inputs_since_the_last_one()
    {
        await using var stage = new CartesiStage(options: new CartesiMachineOptions { MaxReplayTime = TimeSpan.FromMinutes(1) });
        await using var machine = await stage.CreateAsync();
        for (var i = 0UL; i < 4; i++)
            await CartesiStage.StageAsync(machine, i, "a");
        await machine.AdoptAsync(Cancel);
        await CartesiStage.StageAsync(machine, 4, "a");
        var before = stage.Calls("machine.send_cmio_response");
        foreach (var result in await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AskAsync(machine, "q"))))
            result.Reports[1][7].ShouldBe((byte)4);
        // Four inputs again, and five queries.
        (stage.Calls("machine.send_cmio_response") - before).ShouldBe(9);
        await machine.DiscardAsync(Cancel);
        (await CartesiStage.StageAsync(machine, 4, "a")).Outcome.ShouldBe(AdvanceOutcome.Accepted);
        await machine.AdoptAsync(Cancel);
        (await AskAsync(machine, "q")).Reports[1][7].ShouldBe((byte)5);
        await stage.OnlyAliveAsync(2);
    }

    [Fact]
    public async Task A_query_gives_way_to_the_inputs()
    {
        await using var stage = new CartesiStage(server: "--delay=10");
        await using var machine = await stage.CreateAsync();
        var before = stage.Alive();
        var endless = AskAsync(machine, "L");
        var own = ProcessTable.Niceness(Environment.ProcessId).ShouldNotBeNull();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Hang.Limit);
        while (!stage.Alive().Except(before).Select(ProcessTable.Niceness).Contains(Math.Min(own + Niceness.Step, 19)))
            await Task.Delay(20, limit.Token);
        before.Select(ProcessTable.Niceness).ShouldAllBe(server => server == own);
        await machine.DisposeAsync();
        await Should.ThrowAsync<MachineException>(() => endless);
    }

    [Fact]
    public async Task A_query_that_runs_for_ever_ends_with_its_limit_and_only_its_copy_with_it()
    {
        await using var stage = new CartesiStage(server: "--delay=10");
        stage.Limits.InspectMaxTimeout = stage.Limits.InspectIncrementTimeout = 3000;
        await using var machine = await stage.CreateAsync();
        var endless = await AskAsync(machine, "L");
        endless.Outcome.ShouldBe(InspectOutcome.Failed);
        endless.Error.ShouldNotBeNull().ShouldContain("3 s");
        stage.Fail("machine.run", "hang");
        (await AskAsync(machine, "q")).Outcome.ShouldBe(InspectOutcome.Failed);
        stage.Fail("machine.run", "kill");
        (await AskAsync(machine, "q")).Outcome.ShouldBe(InspectOutcome.Failed);
        machine.IsUsable.ShouldBeTrue();
        (await AskAsync(machine, "q")).Outcome.ShouldBe(InspectOutcome.Accepted);
        (await CartesiStage.StageAsync(machine, 0, "a")).Outcome.ShouldBe(AdvanceOutcome.Accepted);
    }

    [Fact]
    public async Task A_query_may_have_as_many_bytes_as_the_buffer()
    {
        await using var stage = new CartesiStage();
        await using var machine = await stage.CreateAsync();
        (await machine.InspectAsync(new byte[1 << 21], Cancel)).Reports[0].Length.ShouldBe(1 << 21);
        var over = await machine.InspectAsync(new byte[(1 << 21) + 1], Cancel);
        over.Outcome.ShouldBe(InspectOutcome.Failed);
        over.Error.ShouldNotBeNull().ShouldContain("2097152");
    }

    [Fact]
    public async Task Many_queries_at_once_all_get_their_answer_and_leave_no_copy_behind()
    {
        await using var stage = new CartesiStage();
        await using var machine = await stage.CreateAsync();
        var inputs = Task.Run(
            async () =>
            {
                for (var i = 0UL; i < 20; i++)
                {
                    await CartesiStage.StageAsync(machine, i, i % 5 == 4 ? "Rno" : "S2");
                    await machine.AdoptAsync(Cancel);
                }
            },
            Cancel
        );
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(machine, "q")));
        results.ShouldAllBe(result => result.Outcome == InspectOutcome.Accepted);
        await inputs;
        machine.ProcessedInputs.ShouldBe(20UL);
        // The resident machine, and at most one copy of it.
        await stage.OnlyAliveAsync(2);
    }

    [Fact]
    public async Task A_query_of_a_closed_machine_ends()
    {
        await using var stage = new CartesiStage(options: new CartesiMachineOptions());
        var machine = await stage.CreateAsync();
        var running = AskAsync(machine, "L");
        await machine.DisposeAsync();
        await Should.ThrowAsync<MachineException>(() => running);
        await Should.ThrowAsync<MachineException>(() => AskAsync(machine, "q"));
    }

    private static Task<InspectResult> AskAsync(IRollupsMachine machine, string query) =>
        machine.InspectAsync(Encoding.UTF8.GetBytes(query), Cancel);
}
