using Rollups.Machines.Cartesi;
using Rollups.Machines.Tests.Host;
using Rollups.Testing;

namespace Rollups.Machines.Tests.Cartesi;

/// <summary>Stored states.</summary>
public sealed class CartesiSnapshotTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => [.. StandInMachine.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_restored_machine_goes_on_as_the_stored_one(string kind)
    {
        await using var stage = new CartesiStage(kind);
        var folder = Path.Combine(stage.Folder, "snapshots", "one");
        await using var machine = await stage.CreateAsync();
        await StoreAsync(machine, folder);
        Directory.Exists(folder + ".new").ShouldBeFalse();
        var next = await CartesiStage.StageAsync(machine, 3, "next");
        await using var restored = await RestoreAsync(stage, folder);
        restored.ProcessedInputs.ShouldBe(3UL);
        restored.StateHash.ShouldBe(machine.StateHash);
        (await CartesiStage.StageAsync(restored, 3, "next")).StateHash.ShouldBe(next.StateHash);
        // What was staged meanwhile is not in the snapshot, and the one that wrote it goes on.
        (await CartesiStage.StageAsync(machine, 4, "more")).Outcome.ShouldBe(AdvanceOutcome.Accepted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_flipped_byte_is_found_although_the_root_is_the_stored_one(string kind)
    {
        await using var stage = new CartesiStage(kind);
        var folder = Path.Combine(stage.Folder, "snapshot");
        await using (var machine = await stage.CreateAsync())
            await StoreAsync(machine, folder);
        var memory = new DirectoryInfo(folder).GetFiles("*.bin").MaxBy(file => file.Length)!.FullName;
        await using (var file = new FileStream(memory, FileMode.Open))
        {
            file.Position = file.Length / 2;
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }

        var damaged = await Should.ThrowAsync<MachineException>(() => RestoreAsync(stage, folder));
        damaged.Message.ShouldContain("damaged");
        stage.Options.VerifySnapshots = false;
        await using var unverified = await RestoreAsync(stage, folder);
        unverified.ProcessedInputs.ShouldBe(3UL);
    }

    [Fact]
    public async Task A_truncated_or_incomplete_snapshot_is_refused()
    {
        await using var stage = new CartesiStage();
        var folder = Path.Combine(stage.Folder, "snapshot");
        await using (var machine = await stage.CreateAsync())
            await StoreAsync(machine, folder);
        await using (var file = new FileStream(Path.Combine(folder, "ram.bin"), FileMode.Open))
            file.SetLength(file.Length / 2);
        (await Should.ThrowAsync<MachineException>(() => RestoreAsync(stage, folder))).Message.ShouldContain("its root is");
        File.Delete(Path.Combine(folder, "config.json"));
        (await Should.ThrowAsync<MachineException>(() => RestoreAsync(stage, folder))).Message.ShouldContain("No such file");
        File.Delete(Path.Combine(folder, "rollups.json"));
        (await Should.ThrowAsync<MachineException>(() => RestoreAsync(stage, folder))).Message.ShouldContain("cannot be used");
    }

    [Theory]
    [InlineData("machine.store", "full", "pwrite() failed: No space left on device")]
    [InlineData("machine.store", "note", "No space left on device")]
    [InlineData("machine.sync_stored", "full", "fsync() failed: No space left on device")]
    [InlineData("machine.store", "kill", "lost")]
    [InlineData("machine.store", "hang", "within 0.3 s")]
    [InlineData("fork", "error", "Cannot allocate memory")]
    public async Task A_failure_costs_the_snapshot_and_no_input(string method, string fault, string message)
    {
        await using var stage = new CartesiStage();
        // The others fail at once, however slow the machine is.
        if (fault == "hang")
            stage.Limits.StoreTimeout = 300;
        var folder = Path.Combine(stage.Folder, "snapshot");
        await using var machine = await stage.CreateAsync();
        var staged = await CartesiStage.StageAsync(machine, 0, "a");
        await machine.AdoptAsync(Cancel);
        stage.Fail(method, fault);
        (await Should.ThrowAsync<IOException>(() => machine.SnapshotAsync(folder, Cancel))).Message.ShouldContain(message);
        stage.HasFailed(method, fault).ShouldBeTrue();
        Directory.Exists(folder).ShouldBeFalse();
        // A full disk is not filled further by what could not be stored.
        Directory.Exists(folder + ".new").ShouldBeFalse();
        machine.IsUsable.ShouldBeTrue();
        machine.StateHash.ShouldBe(staged.StateHash);
        await StoreAsync(machine, folder, first: 1);
    }

    [Fact]
    public async Task A_folder_that_exists_is_not_overwritten_and_an_unfinished_one_is()
    {
        await using var stage = new CartesiStage();
        await using var machine = await stage.CreateAsync();
        var taken = Directory.CreateDirectory(Path.Combine(stage.Folder, "taken")).FullName;
        await Should.ThrowAsync<IOException>(() => machine.SnapshotAsync(taken, Cancel));
        var folder = Path.Combine(stage.Folder, "fresh");
        Directory.CreateDirectory(folder + ".new");
        await File.WriteAllTextAsync(Path.Combine(folder + ".new", "rest"), "of a killed node", Cancel);
        (await machine.SnapshotAsync(folder, Cancel)).ShouldBeTrue();
        File.Exists(Path.Combine(folder, "rest")).ShouldBeFalse();
    }

    private static Task<IRollupsMachine> RestoreAsync(CartesiStage stage, string folder) =>
        stage.Factory.RestoreAsync(stage.Uri, HostStage.Application, folder, stage.Limits, recordsStates: false, Cancel);

    private static async Task StoreAsync(IRollupsMachine machine, string folder, ulong first = 0)
    {
        for (; first < 3; first++)
            await CartesiStage.StageAsync(machine, first, "abc"[(int)first].ToString());
        await machine.AdoptAsync(Cancel);
        (await machine.SnapshotAsync(folder, Cancel)).ShouldBeTrue();
    }
}
