using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Advancer.Snapshots;
using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>Machines are stored as their application asks, and a rebuild begins at the stored state, if it is good.</summary>
public sealed class SnapshotTests : OnDatabase
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task Each_policy_stores_the_machine_when_it_says_and_one_state_is_kept(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        foreach (
            var (policy, expected) in new[]
            {
                (SnapshotPolicy.None, Array.Empty<ulong>()),
                (SnapshotPolicy.EveryEpoch, [2UL, 4UL]),
                (SnapshotPolicy.EveryInput, [1UL, 3UL, 4UL]),
            }
        )
        {
            var app = await AddAsync(host, policy);
            await host.AddEpochAsync(app, EpochStatus.Closed, "one", "reject");
            await host.AddEpochAsync(app, EpochStatus.Closed, Array.Empty<string>());
            await host.AddEpochAsync(app, EpochStatus.Closed, "three", "four");
            await host.AddEpochAsync(app, EpochStatus.Open, "reject");
            host.Machines.Stored.Clear();

            await host.PassAsync();

            host.Machines.Stored.ToArray().ShouldBe(expected, policy.ToString());
            FoldersOf(app).Length.ShouldBe(Math.Min(1, expected.Length));
            await host.ShouldStandAsIfRunOnceAsync(app);
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_new_owner_begins_at_the_snapshot_and_replays_only_what_follows(DatabaseKind kind)
    {
        var (owner, app) = await OwnerAsync(kind);
        await owner.DisposeAsync();
        var heir = await HostAsync(kind);

        await heir.PassAsync();

        heir.Machines.Runs.Select(run => run.Input).ShouldBe([2UL, 3UL]);
        heir.Log.OfEvent(306).ShouldHaveSingleItem().ShouldContain("after 2 inputs; 1 inputs follow");
        await heir.ShouldStandAsIfRunOnceAsync(app);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_new_owner_without_the_folder_replays_from_the_template(DatabaseKind kind)
    {
        var (owner, app) = await OwnerAsync(kind);
        await owner.DisposeAsync();
        var heir = await HostAsync(kind, ("Services:Advancer:SnapshotFolder", Path.Combine(SnapshotFolder, "elsewhere")));

        await heir.PassAsync();

        heir.Machines.Runs.Select(run => run.Input).ShouldBe([0UL, 1UL, 2UL, 3UL]);
        await heir.ShouldStandAsIfRunOnceAsync(app);
        // The owner's state is still there for it.
        FoldersOf(app).ShouldNotBeEmpty();
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_damaged_snapshot_is_deleted_and_costs_a_replay_from_the_template(DatabaseKind kind)
    {
        var (owner, app) = await OwnerAsync(kind);
        await owner.DisposeAsync();
        var file = Path.Combine(FoldersOf(app).Single(), "state.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancel))[..^10], Cancel);
        var heir = await HostAsync(kind);

        await heir.PassAsync();

        heir.Machines.Runs.Select(run => run.Input).ShouldBe([0UL, 1UL, 2UL, 3UL]);
        heir.Log.OfEvent(308).ShouldHaveSingleItem().ShouldContain("cannot be used");
        (await heir.ApplicationAsync(app)).State.ShouldBe(ApplicationState.Enabled);
        await heir.ShouldStandAsIfRunOnceAsync(app);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_snapshot_of_another_state_than_its_input_left_is_not_used(DatabaseKind kind)
    {
        var (owner, app) = await OwnerAsync(kind);
        await owner.DisposeAsync();
        var heir = await HostAsync(kind);
        await heir.ChangeAsync(db =>
            db.MachineSnapshots.ExecuteUpdateAsync(set => set.SetProperty(row => row.MachineHash, Hash32.Zero), Cancel)
        );

        await heir.PassAsync();

        heir.Machines.Runs.Select(run => run.Input).ShouldBe([0UL, 1UL, 2UL, 3UL]);
        await heir.ShouldStandAsIfRunOnceAsync(app);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_snapshot_whose_root_is_good_but_whose_replay_is_not_costs_a_replay_from_the_template(DatabaseKind kind)
    {
        var (owner, app) = await OwnerAsync(kind);
        await owner.DisposeAsync();
        var heir = await HostAsync(kind);
        heir.Machines.AfterRestore = result =>
            result with
            {
                Outputs =
                [
                    [1, 2, 3],
                    .. result.Outputs.Skip(1),
                ],
            };

        await heir.PassAsync();

        heir.Machines.Runs.Select(run => run.Input).ShouldBe([2UL, 0UL, 1UL, 2UL, 3UL]);
        heir.Log.OfEvent(308).ShouldHaveSingleItem().ShouldContain("0x010203 as output 4");
        (await heir.ApplicationAsync(app)).State.ShouldBe(ApplicationState.Enabled);
        await heir.ShouldStandAsIfRunOnceAsync(app);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_replay_that_differs_in_an_output_alone_stops_the_application_and_no_other(DatabaseKind kind)
    {
        var (owner, app) = await OwnerAsync(kind, SnapshotPolicy.None);
        await owner.DisposeAsync();
        var heir = await HostAsync(kind);
        var other = await heir.AddApplicationAsync("echo:");
        await heir.AddEpochAsync(other, EpochStatus.Closed, "one");
        heir.Machines.Answer = (input, result) =>
            input == 1
                ? result with
                {
                    Outputs =
                    [
                        [9],
                        .. result.Outputs.Skip(1),
                    ],
                }
                : result;

        await heir.PassAsync();

        var stopped = await heir.ApplicationAsync(app);
        (stopped.State, stopped.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Failed));
        stopped.Reason!.ShouldContain("input 1 (epoch 0)");
        stopped.Reason!.ShouldContain("0x09 as output 2");
        await heir.ShouldStandAsIfRunOnceAsync(other);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_full_disk_costs_snapshots_and_no_input(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        host.Machines.Storing = async folder =>
        {
            // What was written before the disk was full stays behind. The error is the system's own.
            Directory.CreateDirectory(folder + ".new");
            await File.WriteAllBytesAsync("/dev/full", new byte[100], Cancel);
        };
        var app = await AddAsync(host, SnapshotPolicy.EveryInput);
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "three");

        await host.PassAsync();

        await host.ShouldStandAsIfRunOnceAsync(app);
        (await host.EpochsAsync(app))[0].Status.ShouldBe(EpochStatus.InputsProcessed);
        host.Machines.Runs.Count.ShouldBe(3);
        host.Log.OfEvent(305).Count.ShouldBe(3);
        // A warning once, not for every input.
        host.Log.Of(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("No space left on device");
        (await host.ReadAsync(db => db.MachineSnapshots.CountAsync(Cancel))).ShouldBe(0);

        host.Machines.Storing = _ => Task.CompletedTask;
        await host.AddEpochAsync(app, EpochStatus.Closed, "four");
        await host.PassAsync();
        Path.GetFileName(FoldersOf(app).ShouldHaveSingleItem()).ShouldStartWith("4-");
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_machine_that_breaks_while_it_is_stored_is_rebuilt_and_its_inputs_go_on(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await AddAsync(host, SnapshotPolicy.EveryInput);
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "three");
        host.Machines.Storing = folder =>
        {
            if (!Path.GetFileName(folder).StartsWith("2-", StringComparison.Ordinal))
                return Task.CompletedTask;
            host.Machines.Break();
            throw new MachineException("The server died.");
        };

        await host.PassAsync();

        await host.ShouldStandAsIfRunOnceAsync(app);
        (await host.ApplicationAsync(app)).State.ShouldBe(ApplicationState.Enabled);
        // From the snapshot after one input.
        host.Machines.Runs.Select(run => run.Input).ShouldBe([0UL, 1UL, 1UL, 2UL]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_machine_that_gives_its_memory_to_another_sleeps_as_a_snapshot_and_is_woken_by_its_next_input(DatabaseKind kind)
    {
        var host = await HostAsync(kind, ("Services:Advancer:ResidentMachines", "1"));
        var apps = new[] { await host.AddApplicationAsync(), await host.AddApplicationAsync() };
        foreach (var payload in (string[])["one", "two", "three"])
        {
            foreach (var app in apps)
            {
                await host.AddEpochAsync(app, EpochStatus.Closed, payload);
                await host.PassAsync();
                host.Machines.Open.ShouldBe(1);
            }
        }

        foreach (var app in apps)
        {
            host.Machines.Runs.Where(run => run.Application == app.Address).Select(run => run.Input).ShouldBe([0UL, 1UL, 2UL]);
            await host.ShouldStandAsIfRunOnceAsync(app);
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task The_states_of_an_application_that_is_removed_are_deleted(DatabaseKind kind)
    {
        var (owner, app) = await OwnerAsync(kind);
        FoldersOf(app).ShouldNotBeEmpty();

        await owner.SetStateAsync(app, ApplicationState.Removing);
        await owner.TurnAsync(app);

        FoldersOf(app).ShouldBeEmpty();
        owner.Machines.Open.ShouldBe(0);
    }

    [Theory]
    [OnBothDatabases]
    public async Task The_states_of_an_application_that_was_removed_during_its_last_run_are_deleted(DatabaseKind kind)
    {
        var (owner, app) = await OwnerAsync(kind);
        await RemoveRowsAsync(owner, app);

        await owner.TurnAsync(app);

        FoldersOf(app).ShouldBeEmpty();
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_snapshot_that_is_newer_than_what_the_run_has_loaded_is_kept_for_the_next_run(DatabaseKind kind)
    {
        var (owner, app) = await OwnerAsync(kind, SnapshotPolicy.EveryInput);
        var stale = await owner.ApplicationAsync(app);
        stale.ProcessedInputs--;
        await owner.DisposeAsync();
        var heir = await HostAsync(kind);
        await using var lease = await heir.Services.GetRequiredService<IDatabaseProvider>().TryAcquireLeaseAsync("advancer:test", Cancel);

        await Should.ThrowAsync<MachineUnavailableException>(() =>
            heir.Services.GetRequiredService<RestoreSnapshots>().RunAsync(stale, new ExecutionParameters(), lease!, Cancel)
        );

        FoldersOf(app).ShouldNotBeEmpty();
        (await heir.ReadAsync(db => db.MachineSnapshots.CountAsync(Cancel))).ShouldBe(1);
        await lease!.DisposeAsync();
        await heir.PassAsync();
        heir.Machines.Runs.Select(run => run.Input).ShouldBe([3UL]);
    }

    [Fact]
    [NeedsServers]
    public async Task A_former_owner_s_snapshot_does_not_count()
    {
        var (owner, _) = await OwnerAsync(DatabaseKind.Postgresql, SnapshotPolicy.EveryInput);
        owner.Machines.Storing = _ =>
            owner.ReadAsync(db =>
                db.Database.ExecuteSqlRawAsync("UPDATE leases SET term = term + 1 WHERE name LIKE 'advancer:%'", Cancel)
            );

        await owner.PassAsync();

        (await owner.ReadAsync(db => db.MachineSnapshots.AsNoTracking().SingleAsync(Cancel))).ProcessedInputs.ShouldBe(3UL);
    }

    /// <summary>One that has run three inputs, the first two in an epoch that is finished; the fourth waits.</summary>
    private async Task<(ServiceHost Owner, Application App)> OwnerAsync(
        DatabaseKind kind,
        SnapshotPolicy policy = SnapshotPolicy.EveryEpoch
    )
    {
        var owner = await HostAsync(kind);
        var app = await AddAsync(owner, policy);
        await owner.AddEpochAsync(app, EpochStatus.Closed, "one", "two");
        await owner.PassAsync();
        await owner.AddEpochAsync(app, EpochStatus.Open, "three");
        await owner.PassAsync();
        await owner.AddInputAsync(app, "four");
        return (owner, app);
    }

    private static async Task<Application> AddAsync(ServiceHost host, SnapshotPolicy policy)
    {
        var app = await host.AddApplicationAsync();
        await host.ChangeAsync(db =>
        {
            db.Add(new ExecutionParameters { ApplicationId = app.Id, SnapshotPolicy = policy });
            return Task.CompletedTask;
        });
        return app;
    }

    private static async Task RemoveRowsAsync(ServiceHost host, Application app)
    {
        await host.SetStateAsync(app, ApplicationState.Removing);
        await host.ChangeAsync(async db =>
        {
            await db.Outputs.Where(row => row.ApplicationId == app.Id).ExecuteDeleteAsync(Cancel);
            await db.Reports.Where(row => row.ApplicationId == app.Id).ExecuteDeleteAsync(Cancel);
            await db.Inputs.Where(row => row.ApplicationId == app.Id).ExecuteDeleteAsync(Cancel);
            await db.Epochs.Where(row => row.ApplicationId == app.Id).ExecuteDeleteAsync(Cancel);
            await db.Applications.Where(row => row.Id == app.Id).ExecuteDeleteAsync(Cancel);
        });
    }

    private string[] FoldersOf(Application app)
    {
        var home = Path.Combine(SnapshotFolder, app.Address.ToString());
        return Directory.Exists(home)
            ? [.. Directory.GetDirectories(home).Where(folder => !folder.EndsWith(".new", StringComparison.Ordinal))]
            : [];
    }
}
