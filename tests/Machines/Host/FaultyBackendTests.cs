using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Machines.Host;
using Rollups.Testing;

namespace Rollups.Machines.Tests.Host;

/// <summary>Slow, silent, confused or dishonest backends: each costs its own application one clear error, and nobody else.</summary>
public sealed class FaultyBackendTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, int> WrongBodies =>
        new()
        {
            { "/notice", """{"payload":"hello"}""", 400 },
            { "/notice", """{"payload":"0xabc"}""", 400 },
            { "/notice", """{"payload":"0xzz"}""", 400 },
            { "/notice", """{"payload":5}""", 400 },
            { "/notice", """{}""", 400 },
            { "/notice", """[]""", 400 },
            { "/notice", "nonsense", 400 },
            { "/notice", "", 400 },
            { "/voucher", """{"destination":"0x01","payload":"0x"}""", 400 },
            { "/voucher", """{"destination":"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266","value":"12","payload":"0x"}""", 400 },
            {
                "/voucher",
                $$"""{"destination":"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266","value":"0x{{new string('1', 66)}}","payload":"0x"}""",
                400
            },
            { "/delegate-call-voucher", """{"payload":"0x"}""", 400 },
            { "/report", """{"payload":null}""", 400 },
            { "/finish", """{"status":"maybe"}""", 400 },
            { "/exception", """{"payload":"x"}""", 400 },
            { "/notice", $$"""{"payload":"0x{{new string('0', 2 * 2097088)}}"}""", 413 },
            { "/report", $$"""{"payload":"0x{{new string('0', 2 * (2097152 + 1))}}"}""", 413 },
            { "/report", $$"""{"payload":"0x{{new string('0', 5_000_000)}}"}""", 413 },
            { "/nothing", "{}", 404 },
        };

    [Theory]
    [MemberData(nameof(WrongBodies))]
    public async Task A_wrong_body_is_refused_with_a_sentence_and_the_input_goes_on(string path, string body, int status)
    {
        await using var stage = new HostStage();
        await using var machine = await stage.CreateAsync();
        using var backend = stage.Backend();
        var running = HostStage.AdvanceAsync(machine, 0);
        await backend.NextAsync();

        var refused = await backend.PostAsync(path, body);
        refused.Status.ShouldBe(status);
        if (status != 404)
            refused.Text.ShouldNotBeEmpty();
        (await backend.PostAsync(path, body)).Status.ShouldBe(status);
        (await backend.ReportAsync("0x01")).Status.ShouldBe(202);
        await Task.WhenAny(backend.FinishAsync(), running);

        var result = await running;
        (result.Outcome, result.Outputs.Count, result.Reports.Count).ShouldBe((AdvanceOutcome.Accepted, 0, 1));
        // The second one is repetition.
        stage.Log.Lines.Count(entry => entry.Level == LogLevel.Warning && entry.Text.Contains("refused")).ShouldBe(status == 404 ? 0 : 1);
    }

    [Fact]
    public async Task The_largest_payloads_of_a_machine_fit()
    {
        await using var stage = new HostStage();
        await using var machine = await stage.CreateAsync();
        using var backend = stage.Backend();
        var running = HostStage.AdvanceAsync(machine, 0);
        await backend.NextAsync();
        (await backend.NoticeAsync("0x" + new string('0', 2 * 2097056))).Status.ShouldBe(201);
        (await backend.ReportAsync("0x" + new string('0', 2 * 2097152))).Status.ShouldBe(202);
        await Task.WhenAny(backend.FinishAsync(), running);
        (await running).Outputs[0].Length.ShouldBeLessThanOrEqualTo(2097152);
    }

    [Fact]
    public async Task What_is_emitted_without_a_request_or_after_its_finish_belongs_to_nothing()
    {
        await using var stage = new HostStage();
        await using var machine = await stage.CreateAsync();
        using var backend = stage.Backend();
        foreach (var path in (string[])["/notice", "/report", "/exception"])
            (await backend.PostAsync(path, """{"payload":"0x01"}""")).Status.ShouldBe(403, path);
        (await backend.PostAsync("/gio", "{}")).Status.ShouldBe(403);

        var running = HostStage.AdvanceAsync(machine, 0);
        await backend.NextAsync();
        await Task.WhenAny(backend.FinishAsync(), running);
        (await running).Outputs.ShouldBeEmpty();
        (await backend.NoticeAsync("0x01")).Status.ShouldBe(403);
        machine.ProcessedInputs.ShouldBe(1UL);
    }

    [Fact]
    public async Task A_second_client_that_waits_beside_the_first_is_refused_and_the_first_is_served()
    {
        await using var stage = new HostStage(new HostMachineOptions { PollTimeout = Hang.Limit });
        await using var machine = await stage.CreateAsync();
        using var first = stage.Backend();
        using var second = stage.Backend();
        // Whichever comes second is refused.
        var asking = new List<Task<(int Status, string Text)>>
        {
            first.PostAsync("/finish", """{"status":"accept"}"""),
            second.PostAsync("/finish", """{"status":"accept"}"""),
        };
        var refused = await Task.WhenAny(asking);
        (await refused).Status.ShouldBe(409);
        (await refused).Text.ShouldContain("one backend at a time");
        asking.Remove(refused);

        var running = HostStage.AdvanceAsync(machine, 0);
        (await asking[0]).Status.ShouldBe(200);
        await Task.WhenAny(first.PostAsync("/finish", """{"status":"accept"}"""), running);
        (await running).Outcome.ShouldBe(AdvanceOutcome.Accepted);
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_waits_takes_no_request_with_it()
    {
        await using var stage = new HostStage(new HostMachineOptions { PollTimeout = Hang.Limit });
        await using var machine = await stage.CreateAsync();
        using var backend = stage.Backend();
        // The server reads the request's end and the connection's end at about the same moment: many rounds, for every order of the two.
        for (var round = 0UL; round < 25; round++)
        {
            for (var i = 0; i < 3; i++)
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync("127.0.0.1", stage.Port, Cancel);
                await socket
                    .GetStream()
                    .WriteAsync(
                        Encoding.ASCII.GetBytes("POST /finish HTTP/1.1\r\nHost: x\r\nContent-Length: 19\r\n\r\n{\"status\":\"accept\"}"),
                        Cancel
                    );
            }

            var running = HostStage.AdvanceAsync(machine, round);
            var served = await UntilServedAsync(backend);
            served.Status.ShouldBe(200, served.Text);
            (await backend.ReportAsync("0x01")).Status.ShouldBe(202);
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var finishing = backend.FinishAsync(cancellationToken: leave.Token);
            var result = await running;
            (result.Outcome, result.Reports.Count).ShouldBe((AdvanceOutcome.Accepted, 1));
            await leave.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => finishing);
        }
    }

    [Fact]
    public async Task A_request_on_its_way_to_one_client_is_not_ended_by_another()
    {
        var exchange = new Exchange(TimeProvider.System);
        var request = new HostRequest("input 7", [], 0);
        var running = exchange.RunAsync(request, Hang.Limit, Hang.Limit, Cancel);
        (await exchange.FinishAsync(true, Hang.Limit, Cancel)).ShouldBe(request);
        (await Should.ThrowAsync<RollupRefusal>(() => exchange.FinishAsync(true, Hang.Limit, Cancel))).Status.ShouldBe(409);
        Should.Throw<RollupRefusal>(() => exchange.AddReport([])).Status.ShouldBe(403);
        running.IsCompleted.ShouldBeFalse();

        // The first client has gone.
        exchange.GiveBack(request);
        (await exchange.FinishAsync(true, Hang.Limit, Cancel)).ShouldBe(request);
        exchange.Deliver(request);
        exchange.AddReport([1]);
        using var leave = new CancellationTokenSource();
        var next = exchange.FinishAsync(true, Hang.Limit, leave.Token);
        (await running)!.Outcome.ShouldBe(AdvanceOutcome.Accepted);
        request.Reports.Count.ShouldBe(1);
        await leave.CancelAsync();
        (await next).ShouldBeNull();
    }

    [Fact]
    public async Task Without_a_backend_the_input_waits_and_the_first_call_wakes_the_application()
    {
        await using var stage = new HostStage(new HostMachineOptions { PollTimeout = TimeSpan.FromMilliseconds(100) });
        await using var machine = await stage.CreateAsync();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var missing = await Should.ThrowAsync<MachineUnavailableException>(() => HostStage.AdvanceAsync(machine, 0));
            missing.Message.ShouldContain($"{stage.Url}/finish");
        }

        machine.IsUsable.ShouldBeTrue();
        stage.Log.Lines.Count(entry => entry.Text.StartsWith("No backend asks", StringComparison.Ordinal)).ShouldBe(1);
        stage.Woken.Task.IsCompleted.ShouldBeFalse();
        using var backend = stage.Backend();
        (await backend.FinishAsync()).ShouldBeNull();
        (await stage.Woken.Task.WaitAsync(Hang.Limit, Cancel)).ShouldBe(HostStage.Application);
        var running = HostStage.AdvanceAsync(machine, 0);
        await backend.NextAsync();
        await Task.WhenAny(backend.FinishAsync(), running);
        (await running).Outcome.ShouldBe(AdvanceOutcome.Accepted);
    }

    [Fact]
    public async Task A_slow_backend_ends_its_own_input_at_the_deadline_and_another_application_runs_meanwhile()
    {
        await using var stage = new HostStage(new HostMachineOptions { AdvanceTimeout = TimeSpan.FromSeconds(1) });
        await using var slow = await stage.CreateAsync();
        using var backend = stage.Backend();
        var stuck = HostStage.AdvanceAsync(slow, 0);
        await backend.NextAsync();

        var port = AnvilProcess.FreePort();
        await using var sound = await stage.Factory.CreateAsync($"host:{port}", HostStage.Sender, Cancel);
        using var beside = new FakeBackend($"http://127.0.0.1:{port}");
        var running = HostStage.AdvanceAsync(sound, 0);
        await beside.NextAsync();
        await Task.WhenAny(beside.FinishAsync(), running);
        (await running).Outcome.ShouldBe(AdvanceOutcome.Accepted);

        var fault = await Should.ThrowAsync<MachineException>(() => stuck.WaitAsync(Hang.Limit, Cancel));
        fault.Message.ShouldContain("did not finish input 0 within 1 s");
        fault.Message.ShouldContain("Machines:Host:AdvanceTimeout");
        (await backend.NoticeAsync("0x01")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_query_that_hangs_fails_alone_and_the_backend_may_come_back_for_the_next_input()
    {
        await using var stage = new HostStage(new HostMachineOptions { InspectTimeout = TimeSpan.FromSeconds(1) });
        await using var machine = await stage.CreateAsync();
        using var backend = stage.Backend();
        var query = machine.InspectAsync("hang"u8.ToArray(), Cancel);
        await backend.NextAsync();
        var result = await query.WaitAsync(Hang.Limit, Cancel);
        result.Outcome.ShouldBe(InspectOutcome.Failed);
        result.Error!.ShouldContain("Machines:Host:InspectTimeout");

        var running = HostStage.AdvanceAsync(machine, 0);
        await backend.NextAsync("reject");
        await Task.WhenAny(backend.FinishAsync(), running);
        (await running).Outcome.ShouldBe(AdvanceOutcome.Accepted);
    }

    [Fact]
    public async Task An_input_with_too_many_outputs_is_not_finished()
    {
        var exchange = new Exchange(TimeProvider.System);
        var request = new HostRequest("input 7", [], 0);
        var running = exchange.RunAsync(request, Hang.Limit, Hang.Limit, Cancel);
        (await exchange.FinishAsync(true, Hang.Limit, Cancel)).ShouldBe(request);
        exchange.Deliver(request);
        for (var i = 0; i < Exchange.MaxEmitted; i++)
            exchange.AddOutput([]).ShouldBe((ulong)i);
        Should.Throw<RollupRefusal>(() => exchange.AddOutput([])).Status.ShouldBe(400);
        (await Should.ThrowAsync<MachineException>(() => running)).Message.ShouldContain("more than 65536 outputs for input 7");
        Should.Throw<RollupRefusal>(() => exchange.AddReport([])).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_tried_again_and_one_of_another_application_is_not()
    {
        await using var stage = new HostStage();
        using (var occupant = new TcpListener(System.Net.IPAddress.Loopback, stage.Port))
        {
            occupant.Start();
            (await Should.ThrowAsync<MachineUnavailableException>(stage.CreateAsync)).Message.ShouldContain($"{stage.Port}");
        }

        await using var machine = await stage.CreateAsync();
        (
            await Should.ThrowAsync<MachineException>(() => stage.Factory.CreateAsync($"host:{stage.Port}", HostStage.Sender, Cancel))
        ).Message.ShouldContain("serves the backend of");
    }

    [Fact]
    public async Task An_input_that_the_guest_could_not_decode_is_rejected_without_asking_the_backend()
    {
        await using var stage = new HostStage();
        await using var machine = await stage.CreateAsync();
        (await machine.AdvanceAsync(0, "no call"u8.ToArray(), Cancel)).Outcome.ShouldBe(AdvanceOutcome.Rejected);
        await machine.AdoptAsync(Cancel);
        var wide = new EvmAdvance(1, HostStage.Application, HostStage.Sender, 1, (UInt128)ulong.MaxValue + 1, default, 1, []).Encode();
        (await machine.AdvanceAsync(1, wide, Cancel)).Outcome.ShouldBe(AdvanceOutcome.Rejected);
        await machine.AdoptAsync(Cancel);
        machine.ProcessedInputs.ShouldBe(2UL);
    }

    /// <summary>The server needs a moment to notice that the others have gone; until then it refuses.</summary>
    private static async Task<(int Status, string Text)> UntilServedAsync(FakeBackend backend)
    {
        while (true)
        {
            var answer = await backend.PostAsync("/finish", """{"status":"accept"}""");
            if (answer.Status != 409)
                return answer;
        }
    }
}
