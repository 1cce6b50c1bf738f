using Microsoft.Extensions.Logging;
using Rollups.Machines.Cartesi;
using Rollups.Machines.Tests.Host;
using Rollups.Testing;

namespace Rollups.Machines.Tests.Cartesi;

/// <summary>What the node does when the server fails: each fault has one clear error, and nothing of the server is left.</summary>
public sealed class CartesiFaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("machine.send_cmio_response")]
    [InlineData("machine.run")]
    [InlineData("machine.receive_cmio_request")]
    [InlineData("machine.get_root_hash")]
    [InlineData("fork")]
    public async Task A_server_that_is_killed_in_the_middle_of_an_input_is_replaced(string method)
    {
        await using var stage = new CartesiStage();
        Hashes before;
        await using (var machine = await stage.CreateAsync())
        {
            before = await RunAsync(machine, 0, "a", "b");
            // A copy is there already, except where the copy itself is to fail.
            if (method == "fork")
                await machine.InspectAsync("x"u8.ToArray(), Cancel);
            stage.Fail(method, "kill");
            var died = await Should.ThrowAsync<MachineUnavailableException>(() => RunUntilAsync(machine, stage, method));
            died.Message.ShouldContain(HostStage.Application.ToString());
            died.Message.ShouldContain("The node starts a new one in 1 s");
            died.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
            machine.IsUsable.ShouldBeFalse();
        }

        await stage.NobodyAliveAsync();
        await using var second = await stage.CreateAsync();
        (await RunAsync(second, 0, "a", "b")).ShouldBe(before);
    }

    [Fact]
    public async Task Results_that_were_staged_before_a_fault_can_still_be_adopted()
    {
        await using var stage = new CartesiStage();
        await using var machine = await stage.CreateAsync();
        var first = await CartesiStage.StageAsync(machine, 0, "a");
        stage.Fail("machine.run", "kill");
        await Should.ThrowAsync<MachineUnavailableException>(() => CartesiStage.StageAsync(machine, 1, "b"));
        await machine.AdoptAsync(Cancel);
        machine.ProcessedInputs.ShouldBe(1UL);
        machine.StateHash.ShouldBe(first.StateHash);
        machine.IsUsable.ShouldBeFalse();
    }

    [Fact]
    public async Task A_failed_commit_whose_way_back_fails_leaves_a_machine_to_be_built_anew()
    {
        await using var stage = new CartesiStage();
        await using var machine = await stage.CreateAsync();
        await RunAsync(machine, 0, "a");
        await CartesiStage.StageAsync(machine, 1, "b");
        // The copy is the state before the first input, which it must run again.
        stage.Fail("machine.send_cmio_response", "kill");
        await machine.DiscardAsync(Cancel);
        stage.HasFailed("machine.send_cmio_response", "kill").ShouldBeTrue();
        machine.IsUsable.ShouldBeFalse();
        machine.ProcessedInputs.ShouldBe(1UL);
        stage.Log.Lines.ShouldContain(line => line.Level == LogLevel.Warning && line.Text.Contains("builds the machine anew"));
    }

    [Fact]
    public async Task A_server_that_dies_again_and_again_stops_the_application()
    {
        await using var stage = new CartesiStage();
        var waits = new List<double>();
        for (var life = 0; life < 3; life++)
        {
            stage.Fail("machine.run", "kill");
            await using var machine = await stage.CreateAsync();
            var died = await Should.ThrowAsync<MachineUnavailableException>(() => CartesiStage.StageAsync(machine, 0, "a"));
            waits.Add(died.RetryAfter.TotalSeconds);
        }

        waits.ShouldBe([1, 2, 4]);
        stage.Fail("machine.run", "kill");
        await using var last = await stage.CreateAsync();
        var stopped = await Should.ThrowAsync<MachineException>(() => CartesiStage.StageAsync(last, 0, "a"));
        stopped.Message.ShouldContain("loss number 4 without progress");
    }

    [Theory]
    [InlineData("machine.run", "hang")]
    [InlineData("machine.send_cmio_response", "hang")]
    [InlineData("machine.receive_cmio_request", "hang")]
    [InlineData("machine.run", "length")]
    public async Task A_server_that_does_not_answer_in_time_is_killed(string method, string fault)
    {
        await using var stage = new CartesiStage();
        stage.Limits.AdvanceIncrementTimeout = 300;
        await using var machine = await stage.CreateAsync();
        stage.Fail(method, fault);
        var failed = await Should.ThrowAsync<MachineException>(() => CartesiStage.StageAsync(machine, 0, "a"));
        failed.Message.ShouldContain("within 0.3 s");
        failed.Message.ShouldContain("input 0");
        machine.IsUsable.ShouldBeFalse();
        stage.HasFailed(method, fault).ShouldBeTrue();
        // At once, and not only when the machine is closed: a server goes on with its call whoever waits for it.
        await stage.NobodyAliveAsync();
    }

    [Fact]
    public async Task An_input_that_runs_for_ever_is_ended_by_its_limit_of_cycles()
    {
        await using var stage = new CartesiStage();
        stage.Limits.AdvanceMaxCycles = 10_000_000;
        await using var machine = await stage.CreateAsync();
        var failed = await Should.ThrowAsync<MachineException>(() => CartesiStage.StageAsync(machine, 0, "L"));
        failed.Message.ShouldContain("10000000 cycles");
        machine.IsUsable.ShouldBeFalse();
    }

    [Fact]
    public async Task An_input_that_runs_for_ever_is_ended_by_its_limit_of_time()
    {
        await using var stage = new CartesiStage(server: "--delay=20");
        stage.Limits.AdvanceMaxTimeout = 400;
        await using var machine = await stage.CreateAsync();
        var failed = await Should.ThrowAsync<MachineException>(() => CartesiStage.StageAsync(machine, 0, "L"));
        failed.Message.ShouldContain("0.4 s");
        await stage.NobodyAliveAsync();
    }

    [Fact]
    public async Task An_input_that_uses_up_the_machines_own_window_ends_the_application()
    {
        await using var stage = new CartesiStage(server: "--window=9000000");
        await using var machine = await stage.CreateAsync();
        (await CartesiStage.StageAsync(machine, 0, "L")).Outcome.ShouldBe(AdvanceOutcome.Overflow);
    }

    [Fact]
    public async Task Cycles_up_to_the_largest_number_are_exact()
    {
        // The window of the input ends at 2^64 - 1, where a number with 53 bits would round up to 2^64.
        const ulong start = ulong.MaxValue - 5_000_000;
        await using var stage = new CartesiStage(template: $$"""{"root":"{{new string('5', 64)}}","mcycle":{{start}}}""");
        await using var machine = await stage.CreateAsync();
        (await CartesiStage.StageAsync(machine, 0, "a")).Outcome.ShouldBe(AdvanceOutcome.Accepted);
        await machine.AdoptAsync(Cancel);
        (await CartesiStage.StageAsync(machine, 1, "L")).Outcome.ShouldBe(AdvanceOutcome.Overflow);
    }

    [Theory]
    [Slow]
    [InlineData("N65537", "65536 outputs")]
    [InlineData("F65537", "65536 reports")]
    public async Task An_input_that_emits_too_much_stops_the_application(string payload, string message)
    {
        await using var stage = new CartesiStage();
        await using var machine = await stage.CreateAsync();
        (await Should.ThrowAsync<MachineException>(() => CartesiStage.StageAsync(machine, 0, payload))).Message.ShouldContain(message);
        machine.IsUsable.ShouldBeFalse();
    }

    [Fact]
    public async Task Without_room_for_a_copy_the_inputs_wait_and_the_machine_goes_on_later()
    {
        await using var stage = new CartesiStage();
        await using var machine = await stage.CreateAsync();
        stage.Fail("fork", "error");
        var refused = await Should.ThrowAsync<MachineUnavailableException>(() => CartesiStage.StageAsync(machine, 0, "a"));
        refused.Message.ShouldContain("Cannot allocate memory");
        machine.IsUsable.ShouldBeTrue();
        stage.Log.Lines.ShouldContain(line => line.Level == LogLevel.Warning && line.Text.Contains("free memory on the host"));
        (await CartesiStage.StageAsync(machine, 0, "a")).Outcome.ShouldBe(AdvanceOutcome.Accepted);
    }

    [Fact]
    public async Task A_later_copy_that_is_refused_costs_nothing()
    {
        await using var stage = new CartesiStage(options: new CartesiMachineOptions { MaxReplayedInputs = 1 });
        await using var machine = await stage.CreateAsync();
        var first = await RunAsync(machine, 0, "a");
        stage.Fail("fork", "error");
        var second = await RunAsync(machine, 1, "b");
        stage.HasFailed("fork", "error").ShouldBeTrue();
        // From the first copy.
        (await CartesiStage.StageAsync(machine, 2, "Rno")).StateHash.ShouldBe(second.Last);
        second.Last.ShouldNotBe(first.Last);
    }

    [Fact]
    public async Task Another_root_after_inputs_were_run_again_stops_the_application()
    {
        await using var stage = new CartesiStage();
        await using var machine = await stage.CreateAsync();
        await RunAsync(machine, 0, "a", "b");
        // The first root is that of the rejected input; the second that of the first input again.
        stage.Fail("machine.get_root_hash", "lie", callsBefore: 1);
        var failed = await Should.ThrowAsync<MachineException>(() => CartesiStage.StageAsync(machine, 2, "Rno"));
        failed.Message.ShouldContain("not deterministic");
        machine.IsUsable.ShouldBeFalse();
    }

    [Theory]
    [InlineData("0.5.0", "machine emulator 0.19")]
    [InlineData("0.6.0", "machine emulator 0.20")]
    [InlineData("0.8.0", "JSON-RPC API 0.8.0")]
    [InlineData("1.7.0", "JSON-RPC API 1.7.0")]
    public async Task A_server_of_another_version_is_refused(string version, string message)
    {
        await using var stage = new CartesiStage(server: $"--api={version}");
        var refused = await Should.ThrowAsync<MachineException>(stage.CreateAsync);
        refused.Message.ShouldContain(message);
        refused.Message.ShouldContain("machine emulator 0.21");
        await stage.NobodyAliveAsync();
    }

    [Fact]
    public async Task A_program_that_is_missing_or_no_server_is_named()
    {
        await using var stage = new CartesiStage();
        stage.Options.ServerPath = "no-such-machine-server";
        var missing = await Should.ThrowAsync<MachineException>(stage.CreateAsync);
        missing.Message.ShouldContain("no-such-machine-server");
        missing.Message.ShouldContain("Machines:Cartesi:ServerPath");
        stage.Options.ServerPath = "/bin/sleep";
        await Should.ThrowAsync<MachineException>(stage.CreateAsync);
    }

    [Fact]
    public async Task A_silent_server_is_given_up_after_its_time_to_start()
    {
        await using var stage = new CartesiStage();
        stage.Options.ServerPath += "-silent";
        StandInMachine.WriteProgram(stage.Options.ServerPath, "exec sleep 1000");
        stage.Options.StartTimeout = TimeSpan.FromMilliseconds(200);
        (await Should.ThrowAsync<MachineException>(stage.CreateAsync)).Message.ShouldContain("did not start within 0.2 s");
    }

    [Fact]
    public async Task A_template_that_is_missing_or_does_not_wait_for_an_input_is_named()
    {
        await using var stage = new CartesiStage(template: """{"tohost":144396680232435717}""");
        var elsewhere = await Should.ThrowAsync<MachineException>(() =>
            stage.Factory.CreateAsync($"cartesi:{stage.Folder}/missing", HostStage.Application, Cancel)
        );
        elsewhere.Message.ShouldContain($"{stage.Folder}/missing");
        elsewhere.Message.ShouldContain("No such file");
        var excepted = await Should.ThrowAsync<MachineException>(stage.CreateAsync);
        excepted.Message.ShouldContain("does not wait for an input");
        await stage.NobodyAliveAsync();
    }

    [Theory]
    [InlineData("cartesi:")]
    [InlineData("cartesi:relative/folder")]
    [InlineData("cartesi://host/folder")]
    [InlineData("cartesi://host:0/folder")]
    [InlineData("cartesi://host:70000/folder")]
    [InlineData("cartesi://host:5000")]
    [InlineData("cartesi://host:5000/")]
    public async Task A_template_that_names_no_folder_is_refused(string uri)
    {
        await using var stage = new CartesiStage();
        var refused = await Should.ThrowAsync<MachineException>(() => stage.Factory.CreateAsync(uri, HostStage.Application, Cancel));
        refused.Message.ShouldContain("cartesi://HOST:PORT/FOLDER");
    }

    private static async Task<Hashes> RunAsync(IRollupsMachine machine, ulong first, params string[] payloads)
    {
        var hashes = new List<Domain.Hash32>();
        foreach (var payload in payloads)
        {
            hashes.Add((await CartesiStage.StageAsync(machine, first++, payload)).StateHash);
            await machine.AdoptAsync(Cancel);
        }

        return new Hashes(string.Join(' ', hashes), hashes[^1]);
    }

    /// <summary>Inputs until one fails, because a copy is made only now and then.</summary>
    private static async Task RunUntilAsync(IRollupsMachine machine, CartesiStage stage, string method)
    {
        for (var i = machine.ProcessedInputs; !stage.HasFailed(method, "kill"); i++)
            await RunAsync(machine, i, "c");
    }

    private sealed record Hashes(string All, Domain.Hash32 Last);
}
