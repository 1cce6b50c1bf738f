using Microsoft.EntityFrameworkCore;
using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>One replica owns an application; the next owner rebuilds its machine from the stored inputs.</summary>
public sealed class TakeoverTests : OnDatabase
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task A_replica_leaves_an_owned_application_alone_and_takes_it_over_when_the_owner_stops(DatabaseKind kind)
    {
        var owner = await HostAsync(kind);
        var heir = await HostAsync(kind);
        var app = await owner.AddApplicationAsync();
        await owner.AddEpochAsync(app, EpochStatus.Closed, "one", "reject", "two");
        await owner.PassAsync();
        await owner.AddEpochAsync(app, EpochStatus.Closed, "three");

        (await heir.PassAsync()).ShouldBe(0);
        heir.Machines.Runs.ShouldBeEmpty();
        await owner.DisposeAsync();
        (await heir.PassAsync()).ShouldBe(2);

        owner.Machines.Open.ShouldBe(0);
        heir.Machines.Runs.Select(run => run.Input).ShouldBe([0UL, 1UL, 2UL, 3UL]);
        await heir.ShouldStandAsIfRunOnceAsync(app);
        (await heir.EventsAsync()).ShouldBe(["EpochInputsProcessed", "EpochInputsProcessed"]);
    }

    [Fact]
    [NeedsServers]
    public async Task An_owner_whose_lease_was_lost_in_the_middle_of_an_input_stores_nothing_and_the_heir_runs_that_input()
    {
        var owner = await HostAsync(DatabaseKind.Postgresql);
        var heir = await HostAsync(DatabaseKind.Postgresql);
        var app = await owner.AddApplicationAsync();
        await owner.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "three");
        owner.Machines.Before = async input =>
        {
            if (input != 1)
                return;
            await owner.UntilProcessedAsync(app, 1);
            await owner.ReadAsync(db =>
                db.Database.ExecuteSqlRawAsync(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE "
                        + "'rollups-leases %'",
                    Cancel
                )
            );
            await HeirOwnsAsync();
        };

        await owner.PassAsync();
        await heir.PassAsync();

        await heir.ShouldStandAsIfRunOnceAsync(app);
        (await heir.EventsAsync()).ShouldBe(["EpochInputsProcessed"]);

        // The server frees the lock when the session has ended, which nobody announces.
        async Task HeirOwnsAsync()
        {
            while (await heir.PassAsync() == 0)
                await Task.Delay(10, Cancel);
        }
    }

    [Theory]
    [NeedsServers]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_former_owner_stores_neither_a_result_nor_a_fault_though_the_heir_has_stored_nothing_yet(bool fails)
    {
        var owner = await HostAsync(DatabaseKind.Postgresql);
        var heir = await HostAsync(DatabaseKind.Postgresql);
        var app = await owner.AddApplicationAsync();
        await owner.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "three");
        var heirOwns = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ownerIsDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var heirsPasses = Task.CompletedTask;
        heir.Machines.Before = async input =>
        {
            if (input != 1)
                return;
            heirOwns.TrySetResult();
            await ownerIsDone.Task;
        };
        owner.Machines.Before = async input =>
        {
            if (input != 1)
                return;
            await owner.UntilProcessedAsync(app, 1);
            await owner.ReadAsync(db =>
                db.Database.ExecuteSqlRawAsync(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE "
                        + "'rollups-leases %'",
                    Cancel
                )
            );
            heirsPasses = Task.Run(HeirOwnsAsync, Cancel);
            await heirOwns.Task.WaitAsync(Cancel);
            if (fails)
                throw new MachineException("the machine was gone when its process went on");
        };

        await owner.PassAsync();

        var between = await owner.ApplicationAsync(app);
        (between.State, between.ProcessedInputs).ShouldBe((ApplicationState.Enabled, 1UL));
        ownerIsDone.SetResult();
        await heirsPasses;
        await heir.ShouldStandAsIfRunOnceAsync(app);
        (await heir.EventsAsync()).ShouldBe(["EpochInputsProcessed"]);

        async Task HeirOwnsAsync()
        {
            while (await heir.PassAsync() == 0)
                await Task.Delay(10, Cancel);
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_replay_that_gives_another_state_stops_the_application_until_the_cause_is_mended(DatabaseKind kind)
    {
        var (first, second, app) = await TwoOwnersAsync(kind, "one", "two");
        second.Machines.Answer = (input, result) => input == 1 ? result with { StateHash = Hash32.Zero } : result;

        await second.PassAsync();

        await ShouldHaveFailedAsync(
            second,
            app,
            "input 1",
            "machine hash",
            Hash32.Zero.ToString(),
            (await second.InputsAsync(app))[1].MachineHash.ToString()!
        );
        second.Machines.Open.ShouldBe(0);

        second.Machines.Answer = (_, result) => result;
        await second.SetStateAsync(app, ApplicationState.Enabled);
        await second.PassAsync();
        await second.ShouldStandAsIfRunOnceAsync(app);
        first.Machines.Open.ShouldBe(0);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_replay_that_ends_otherwise_stops_the_application(DatabaseKind kind)
    {
        var (_, second, app) = await TwoOwnersAsync(kind, "one", "two");
        second.Machines.Answer = (_, result) => result with { Outcome = AdvanceOutcome.Rejected };
        await second.PassAsync();
        await ShouldHaveFailedAsync(second, app, "input 0", "REJECTED, but ACCEPTED");
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_replay_with_another_outputs_root_stops_the_application(DatabaseKind kind)
    {
        var (_, second, app) = await TwoOwnersAsync(kind, "one", "two");
        second.Machines.Answer = (_, result) => result with { OutputsMerkleRoot = Hash32.Zero };
        await second.PassAsync();
        await ShouldHaveFailedAsync(second, app, "input 0", "outputs root", Hash32.Zero.ToString());
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_replay_with_another_number_of_outputs_stops_the_application(DatabaseKind kind)
    {
        var (_, second, app) = await TwoOwnersAsync(kind, "one", "two");
        second.Machines.Answer = (_, result) => result with { Outputs = [.. result.Outputs, [1]] };
        await second.PassAsync();
        await ShouldHaveFailedAsync(second, app, "6 outputs and 2 reports, but 4 and 2 are stored");
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_replay_with_another_exception_stops_the_application(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "exception:why", "next");
        await using (var machine = await new ScriptedMachines().CreateAsync("scripted:", app.Address, Cancel))
        {
            // Rows that no service leaves, as the application goes on after its end: they must not pass for a machine's.
            var input = (await host.InputsAsync(app))[0];
            var result = await machine.AdvanceAsync(0, input.RawData, Cancel);
            await host.ChangeAsync(async db =>
            {
                await db
                    .Inputs.Where(row => row.ApplicationId == app.Id && row.Index == 0)
                    .ExecuteUpdateAsync(
                        set =>
                            set.SetProperty(row => row.Status, InputStatus.Exception)
                                .SetProperty(row => row.MachineHash, result.StateHash)
                                .SetProperty(row => row.OutputsMerkleRoot, result.OutputsMerkleRoot)
                                .SetProperty(row => row.ExceptionData, new byte[] { 0xbe }),
                        Cancel
                    );
                await db
                    .Applications.Where(row => row.Id == app.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.ProcessedInputs, 1UL), Cancel);
            });
        }

        await host.PassAsync();

        await ShouldHaveFailedAsync(host, app, "input 0", "exception 0x776879, but 0xbe");
    }

    /// <summary>The first owner ran the inputs and is gone; one more input waits for the second.</summary>
    private async Task<(ServiceHost First, ServiceHost Second, Application App)> TwoOwnersAsync(
        DatabaseKind kind,
        params string[] payloads
    )
    {
        var first = await HostAsync(kind);
        var app = await first.AddApplicationAsync();
        await first.AddEpochAsync(app, EpochStatus.Closed, payloads);
        await first.PassAsync();
        await first.AddEpochAsync(app, EpochStatus.Closed, "next");
        await first.DisposeAsync();
        return (first, await HostAsync(kind), app);
    }

    private static async Task ShouldHaveFailedAsync(ServiceHost host, Application app, params string[] words)
    {
        var stopped = await host.ApplicationAsync(app);
        (stopped.State, stopped.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Failed));
        foreach (var word in words)
            stopped.Reason!.ShouldContain(word);
        (await host.EventsAsync())[^1].ShouldBe("AppInoperable");
        (await host.InputsAsync(app))[^1].Status.ShouldBe(InputStatus.None);
    }
}
