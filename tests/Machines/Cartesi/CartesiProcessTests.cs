using System.Diagnostics;
using System.Globalization;
using Rollups.Machines.Cartesi;
using Rollups.Machines.Cartesi.Servers;
using Rollups.Machines.Host;
using Rollups.Machines.Tests.Host;

namespace Rollups.Machines.Tests.Cartesi;

/// <summary>The processes of the machine servers.</summary>
public sealed class CartesiProcessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_has_one_copy_and_after_a_rejection_each_input_has_its_own()
    {
        await using var stage = new CartesiStage(
            options: new CartesiMachineOptions { MaxReplayedInputs = 8, MaxReplayTime = TimeSpan.FromMinutes(1) }
        );
        await using var machine = await stage.CreateAsync();
        var forks = new List<int>();
        for (var i = 0UL; i < 28; i++)
        {
            var before = stage.Calls("fork");
            await CartesiStage.StageAsync(machine, i, i == 10 ? "Rno" : "a");
            await machine.AdoptAsync(Cancel);
            forks.Add(stage.Calls("fork") - before);
        }

        // Batches of eight, until input 10 is rejected; then of one, two, four and eight again.
        forks.Index().Where(entry => entry.Item > 0).Select(entry => entry.Index).ShouldBe([0, 8, 11, 12, 14, 18, 26]);
    }

    [Fact]
    public async Task A_batch_of_slow_inputs_is_short()
    {
        await using var stage = new CartesiStage(options: new CartesiMachineOptions { MaxReplayTime = TimeSpan.FromMilliseconds(1) });
        await using var machine = await stage.CreateAsync();
        for (var i = 0UL; i < 4; i++)
            await CartesiStage.StageAsync(machine, i, "S2");
        stage.Calls("fork").ShouldBe(4);
    }

    [Fact]
    public async Task All_servers_end_with_the_machine_and_are_in_a_group_of_their_own()
    {
        await using var stage = new CartesiStage();
        await using (var machine = await stage.CreateAsync())
        {
            await CartesiStage.StageAsync(machine, 0, "a");
            var groups = stage.Alive().Select(ProcessGroup.Of).Distinct().ToList();
            stage.Alive().Count.ShouldBe(2);
            groups.ShouldHaveSingleItem().ShouldNotBe(ProcessGroup.Of(Environment.ProcessId));
            var server = groups[0];
            ProcessTable.Variable(server, "OMP_WAIT_POLICY").ShouldBe("passive");
            ProcessTable.Variable(server, OrphanedServers.OwnerVariable).ShouldBe(OrphanedServers.Owner);
        }

        await stage.NobodyAliveAsync();
    }

    [Fact]
    public async Task Servers_of_a_node_that_was_killed_are_ended_by_the_next_one_and_no_others()
    {
        await using var stage = new CartesiStage();
        await using var machine = await stage.CreateAsync();
        await CartesiStage.StageAsync(machine, 0, "a");
        var own = stage.Alive();
        // A process that has ended, and one whose id another process has since.
        var space = ProcessTable.Namespace(Environment.ProcessId);
        using var orphan = Start($"{int.MaxValue} 1 {space}");
        using var reused = Start($"{Environment.ProcessId} 1 {space}");
        using var elsewhere = Start($"{int.MaxValue} 1 pid:[1]");
        try
        {
            // Another test may be first.
            OrphanedServers.End();
            await orphan.WaitForExitAsync(Cancel);
            await reused.WaitForExitAsync(Cancel);
            elsewhere.HasExited.ShouldBeFalse();
            stage.Alive().ShouldBe(own);
        }
        finally
        {
            elsewhere.Kill();
        }
    }

    [Fact]
    public async Task A_remote_server_lends_copies_of_itself_and_keeps_none()
    {
        await using var stage = new CartesiStage();
        using var remote = Process.Start(
            new ProcessStartInfo(stage.Options.ServerPath, ["--server-address=127.0.0.1:0", "--log-level=info"])
            {
                RedirectStandardError = true,
            }
        )!;
        string bound;
        do bound = (await remote.StandardError.ReadLineAsync(Cancel)).ShouldNotBeNull();
        while (!bound.Contains("server bound to"));
        var uri = $"cartesi://localhost:{bound.Split(':')[^1]}{stage.Template}";
        await using (var local = await stage.CreateAsync())
        await using (var machine = await stage.Factory.CreateAsync(uri, HostStage.Application, Cancel))
        {
            for (var i = 0UL; i < 3; i++)
            {
                var payload = i == 1 ? "Rno" : "a";
                var here = await CartesiStage.StageAsync(local, i, payload);
                (await CartesiStage.StageAsync(machine, i, payload)).StateHash.ShouldBe(here.StateHash);
            }

            await machine.AdoptAsync(Cancel);
            var folder = Path.Combine(stage.Folder, "shared");
            (await machine.SnapshotAsync(folder, Cancel)).ShouldBeTrue();
        }

        await stage.OnlyAliveAsync(1);
        stage.Alive().ShouldBe([remote.Id]);
        remote.Kill();
        await remote.WaitForExitAsync(Cancel);
        var gone = await Should.ThrowAsync<MachineUnavailableException>(() =>
            stage.Factory.CreateAsync(uri, HostStage.Application, Cancel)
        );
        gone.Message.ShouldContain("localhost");
        gone.RetryAfter.ShouldBe(TimeSpan.FromSeconds(30));
    }

    private static Process Start(string owner) =>
        Process.Start(new ProcessStartInfo("sleep", "1000") { Environment = { [OrphanedServers.OwnerVariable] = owner } })!;
}
