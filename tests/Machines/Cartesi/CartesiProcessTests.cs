using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rollups.Machines.Cartesi;
using Rollups.Machines.Cartesi.Servers;
using Rollups.Machines.Host;
using Rollups.Machines.Tests.Host;
using Rollups.Testing;

namespace Rollups.Machines.Tests.Cartesi;

/// <summary>The processes of the machine servers.</summary>
public sealed class CartesiProcessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => [.. StandInMachine.Kinds];

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
            // The copy shows in the log with its first call.
            await stage.OnlyAliveAsync(2, least: 2);
            var groups = stage.Alive().Select(ProcessGroup.Of).Distinct().ToList();
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
        using var remote = await StartRemoteAsync(stage);
        var uri = remote.Uri;
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
        stage.Alive().ShouldBe([remote.Process.Id]);
        remote.Process.Kill();
        await remote.Process.WaitForExitAsync(Cancel);
        var gone = await Should.ThrowAsync<MachineUnavailableException>(() =>
            stage.Factory.CreateAsync(uri, HostStage.Application, Cancel)
        );
        gone.Message.ShouldContain("localhost");
        gone.RetryAfter.ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Copies_that_a_killed_node_left_on_a_remote_host_are_ended_by_the_next_one_and_no_others(string kind)
    {
        await using var stage = new CartesiStage(kind);
        await using var other = new CartesiStage(kind);
        using var remote = await StartRemoteAsync(stage);
        await using var abandoned = await stage.Factory.CreateAsync(remote.Uri, HostStage.Application, Cancel);
        await using var kept = await other.Factory.CreateAsync(remote.Uri, HostStage.Application, Cancel);
        // Each a machine and a copy of it.
        await CartesiStage.StageAsync(abandoned, 0, "a");
        await CartesiStage.StageAsync(kept, 0, "a");
        var own = Directory.GetFiles(stage.Options.RemoteRecordFolder).ShouldHaveSingleItem();
        var theirs = ReadLocked(Directory.GetFiles(other.Options.RemoteRecordFolder).Single());

        // While the node lives its file is locked, and nobody ends its servers.
        using (var beside = new CartesiMachineFactory(stage.Options, TimeProvider.System, NullLogger<CartesiMachineFactory>.Instance))
            await beside.EndOrphansAsync(Cancel);
        (await CartesiStage.StageAsync(abandoned, 1, "b")).Outcome.ShouldBe(AdvanceOutcome.Accepted);

        // What a killed node leaves: the file without its lock. Its ports may be another node's by now, or nobody's.
        var left = Directory.CreateDirectory(Path.Combine(stage.Folder, "left"));
        string[] lines = [.. ReadLocked(own), .. theirs.Skip(1), "localhost 1", "localh"];
        await File.WriteAllLinesAsync(Path.Combine(left.FullName, "one.servers"), lines, Cancel);
        var options = new CartesiMachineOptions { RemoteRecordFolder = left.FullName };
        using (var next = new CartesiMachineFactory(options, TimeProvider.System, stage.Logger))
            await next.EndOrphansAsync(Cancel);

        left.GetFiles().ShouldBeEmpty();
        stage.Log.Lines.ShouldContain(line =>
            line.Level == LogLevel.Warning && line.Text.Contains("2 machine servers of a node that was")
        );
        (await CartesiStage.StageAsync(kept, 1, "b")).Outcome.ShouldBe(AdvanceOutcome.Accepted);
        await Should.ThrowAsync<MachineUnavailableException>(() => CartesiStage.StageAsync(abandoned, 2, "c"));
        if (!stage.IsReal)
            await stage.OnlyAliveAsync(3);
    }

    [Fact]
    public async Task A_node_that_cannot_note_its_remote_servers_runs_them_and_leaves_no_note_when_it_ends()
    {
        await using var stage = new CartesiStage();
        using var remote = await StartRemoteAsync(stage);
        stage.Options.RemoteRecordFolder = Path.Combine(stage.Folder, "file");
        await File.WriteAllTextAsync(stage.Options.RemoteRecordFolder, "no folder", Cancel);
        await using (var machine = await stage.Factory.CreateAsync(remote.Uri, HostStage.Application, Cancel))
            (await CartesiStage.StageAsync(machine, 0, "a")).Outcome.ShouldBe(AdvanceOutcome.Accepted);
        stage.Log.Lines.ShouldContain(line => line.Level == LogLevel.Warning && line.Text.Contains("RemoteRecordFolder"));
        stage.Options.RemoteRecordFolder = Path.Combine(stage.Folder, "servers");
        await using (await stage.Factory.CreateAsync(remote.Uri, HostStage.Application, Cancel))
            Directory.GetFiles(stage.Options.RemoteRecordFolder).ShouldHaveSingleItem();
        stage.Factory.Dispose();
        Directory.Exists(stage.Options.RemoteRecordFolder).ShouldBeFalse();
    }

    private static async Task<RemoteMachineServer> StartRemoteAsync(CartesiStage stage)
    {
        var remote = Process.Start(
            new ProcessStartInfo(stage.Options.ServerPath, ["--server-address=127.0.0.1:0", "--log-level=info"])
            {
                RedirectStandardError = true,
            }
        )!;
        string bound;
        do bound = (await remote.StandardError.ReadLineAsync(Cancel)).ShouldNotBeNull();
        while (!bound.Contains("server bound to"));
        return new RemoteMachineServer(remote, $"cartesi://localhost:{bound.Split(':')[^1]}{stage.Template}");
    }

    private static string[] ReadLocked(string path)
    {
        // .NET itself would ask for the lock.
        using var cat = Process.Start(new ProcessStartInfo("cat", [path]) { RedirectStandardOutput = true })!;
        return cat.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A server as an operator starts it on another host.</summary>
    private sealed record RemoteMachineServer(Process Process, string Uri) : IDisposable
    {
        public void Dispose()
        {
            if (!Process.HasExited)
                Process.Kill();
            Process.Dispose();
        }
    }

    private static Process Start(string owner) =>
        Process.Start(new ProcessStartInfo("sleep", "1000") { Environment = { [OrphanedServers.OwnerVariable] = owner } })!;
}
