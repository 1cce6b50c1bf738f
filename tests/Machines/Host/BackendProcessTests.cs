using Microsoft.Extensions.Logging;
using Rollups.Machines.Host;
using Rollups.Testing;

namespace Rollups.Machines.Tests.Host;

/// <summary>Backends that the node starts itself.</summary>
public sealed class BackendProcessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_command_gets_the_address_and_no_setting_of_the_node_and_its_lines_are_shown()
    {
        Environment.SetEnvironmentVariable("ROLLUPS_Signer__PrivateKey", "0xsecret");
        await using var stage = new HostStage(
            new HostMachineOptions
            {
                Command = "echo \"at $ROLLUP_HTTP_SERVER_URL\"; echo \"key:$ROLLUPS_Signer__PrivateKey\" >&2; sleep 1000",
            }
        );
        await using var machine = await stage.CreateAsync();
        Environment.SetEnvironmentVariable("ROLLUPS_Signer__PrivateKey", null);
        string[] lines = [Line(stage), Line(stage)];
        lines.ShouldBe([$"at {stage.Url}", "key:"], ignoreOrder: true);
    }

    [Fact]
    public async Task Its_whole_process_group_ends_with_the_machine()
    {
        await using var stage = new HostStage(
            new HostMachineOptions { Command = "trap '' TERM; sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & wait; wait" }
        );
        int child;
        await using (await stage.CreateAsync())
        {
            child = int.Parse(Line(stage), System.Globalization.CultureInfo.InvariantCulture);
            IsAlive(child).ShouldBeTrue();
        }

        // Killed with its group; the system removes it within moments.
        using var limit = new CancellationTokenSource(Hang.Limit);
        while (IsAlive(child))
            await Task.Delay(20, limit.Token);
    }

    [Fact]
    public async Task A_backend_that_dies_with_an_input_in_its_hands_is_started_again_after_growing_waits()
    {
        await using var stage = new HostStage(new HostMachineOptions { Command = Client("exit 3") });
        var waits = new List<TimeSpan>();
        for (var life = 0; life < 3; life++)
        {
            stage.ForgetSignals();
            await using var machine = await CreateWhenDueAsync(stage, waits);
            var died = await Should.ThrowAsync<MachineUnavailableException>(() => HostStage.AdvanceAsync(machine, 0));
            died.Message.ShouldContain("input 0");
            machine.IsUsable.ShouldBeFalse();
            (await stage.Woken.Task.WaitAsync(Hang.Limit, Cancel)).ShouldBe(HostStage.Application);
        }

        var deaths = stage.Log.Lines.Where(entry => entry.Level == LogLevel.Warning && entry.Text.Contains("exit code 3")).ToList();
        deaths.Count.ShouldBe(3);
        deaths[0].Text.ShouldContain("In 00:00:00.2000000 the node starts it again");
        deaths[1].Text.ShouldContain("In 00:00:00.4000000");
        deaths[2].Text.ShouldContain("In 00:00:00.8000000");
    }

    [Fact]
    public async Task A_backend_that_cannot_be_started_says_why_and_no_attempt_follows_before_its_time()
    {
        await using var stage = new HostStage(new HostMachineOptions { Command = "no-such-program-at-all" });
        await using (await stage.CreateAsync())
        {
            Line(stage).ShouldContain("not found");
            await stage.Woken.Task.WaitAsync(Hang.Limit, Cancel);
        }

        stage.Log.Lines.ShouldContain(entry => entry.Text.Contains("exit code 127 while it had no request"));
    }

    [Fact]
    public async Task A_restarted_backend_has_nothing_of_the_former_one()
    {
        // The first life dies with the input; the second one finishes it, although its first call has a status too.
        var marker = Path.Combine(Path.GetTempPath(), $"rollups-life-{Guid.NewGuid():N}");
        await using var stage = new HostStage(
            new HostMachineOptions { Command = Client($"[ -e {marker} ] || {{ touch {marker}; exit 9; }}") }
        );
        await using (var first = await stage.CreateAsync())
            await Should.ThrowAsync<MachineUnavailableException>(() => HostStage.AdvanceAsync(first, 0));
        await stage.Woken.Task.WaitAsync(Hang.Limit, Cancel);
        await using var second = await CreateWhenDueAsync(stage, []);
        (await HostStage.AdvanceAsync(second, 0)).Outcome.ShouldBe(AdvanceOutcome.Accepted);
        (await HostStage.AdvanceAsync(second, 1)).Outcome.ShouldBe(AdvanceOutcome.Accepted);
        File.Delete(marker);
    }

    /// <summary>A backend in a line of shell: asks, does something with each request, and asks again.</summary>
    private static string Client(string work) =>
        "while :; do code=$(curl -s -o /dev/null -w '%{http_code}' -H 'content-type: application/json' "
        + $"-d '{{\"status\":\"accept\"}}' $ROLLUP_HTTP_SERVER_URL/finish) || exit 1; [ $code = 200 ] || continue; {work}; done";

    /// <summary>As the Advancer does: an attempt before its time is put off.</summary>
    private static async Task<IRollupsMachine> CreateWhenDueAsync(HostStage stage, List<TimeSpan> waits)
    {
        while (true)
        {
            try
            {
                return await stage.CreateAsync();
            }
            catch (MachineUnavailableException early)
            {
                waits.Add(early.RetryAfter);
                await Task.Delay(early.RetryAfter, Cancel);
            }
        }
    }

    private static string Line(HostStage stage) =>
        stage.Lines.TryTake(out var line, (int)Hang.Limit.TotalMilliseconds, Cancel) ? line : throw new TimeoutException();

    private static bool IsAlive(int pid)
    {
        // A killed process stays as a zombie until its parent asks for its end.
        var status = $"/proc/{pid}/stat";
        try
        {
            return File.Exists(status) && !File.ReadAllText(status).Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
