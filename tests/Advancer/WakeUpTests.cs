using Microsoft.EntityFrameworkCore;
using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>Wake-ups are hints: their number and order change nothing.</summary>
public sealed class WakeUpTests : OnDatabase
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task Applications_take_turns_of_a_batch_each_so_that_a_busy_one_does_not_starve_the_other(DatabaseKind kind)
    {
        var host = await HostAsync(
            kind,
            ("Services:Advancer:InputBatchSize", "2"),
            ("Services:Advancer:TurnTime", "01:00:00"),
            ("Services:Advancer:Concurrency", "1")
        );
        var busy = await host.AddApplicationAsync();
        var other = await host.AddApplicationAsync();
        foreach (var app in (Application[])[busy, other])
            await host.AddEpochAsync(app, EpochStatus.Open, [.. Enumerable.Range(0, 6).Select(i => $"payload {i}")]);
        var all = new TaskCompletionSource();
        host.Machines.Adopted = () =>
        {
            if (host.Machines.Runs.Count == 12)
                all.TrySetResult();
            return Task.CompletedTask;
        };

        await host.Runner.WakeAllAsync(WorkTrigger.Sync, Cancel);
        await all.Task.WaitAsync(Cancel);

        var turns = host.Machines.Runs.Chunk(2).ToList();
        turns.ShouldAllBe(turn => turn[0].Application == turn[1].Application);
        turns.Select(turn => turn[0].Input).ShouldBe([0UL, 0UL, 2UL, 2UL, 4UL, 4UL]);
        turns.Zip(turns.Skip(1)).ShouldAllBe(pair => pair.First[0].Application != pair.Second[0].Application);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Many_wake_ups_at_once_run_every_input_once(DatabaseKind kind)
    {
        var host = await HostAsync(kind, ("Services:Advancer:InputBatchSize", "2"));
        var apps = new[] { await host.AddApplicationAsync(), await host.AddApplicationAsync() };
        foreach (var app in apps)
        {
            await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "reject", "three");
            await host.AddEpochAsync(app, EpochStatus.Closed, "four");
        }

        do await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => host.Runner.WakeAsync(new WorkKey(apps[i % 2].Address), (WorkTrigger)(i % 3), Cancel))
        );
        while (await host.ReadAsync(db => db.Epochs.AnyAsync(epoch => epoch.Status == EpochStatus.Closed, Cancel)));

        foreach (var app in apps)
        {
            host.Machines.Runs.Where(run => run.Application == app.Address).Select(run => run.Input).ShouldBe([0UL, 1UL, 2UL, 3UL, 4UL]);
            await host.ShouldStandAsIfRunOnceAsync(app);
        }
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_wake_up_before_its_rows_and_one_for_an_unknown_application_do_nothing(DatabaseKind kind)
    {
        var host = await HostAsync(kind);
        var app = await host.AddApplicationAsync();
        await host.Runner.WakeAsync(new WorkKey(app.Address), WorkTrigger.Event, Cancel);
        await host.Runner.WakeAsync(new WorkKey(default(Domain.Address)), WorkTrigger.Event, Cancel);
        host.Machines.Open.ShouldBe(0);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Only_so_many_machines_stay_in_memory_and_one_that_was_closed_is_rebuilt(DatabaseKind kind)
    {
        var host = await HostAsync(kind, ("Services:Advancer:ResidentMachines", "1"));
        host.Machines.KeepsSnapshots = false;
        var apps = new[] { await host.AddApplicationAsync(), await host.AddApplicationAsync() };
        foreach (var payload in (string[])["one", "two"])
        {
            foreach (var app in apps)
            {
                await host.AddEpochAsync(app, EpochStatus.Closed, payload);
                await host.PassAsync();
                host.Machines.Open.ShouldBe(1);
            }
        }

        foreach (var app in apps)
            await host.ShouldStandAsIfRunOnceAsync(app);
        host.Machines.Runs.Select(run => run.Input).ShouldBe([0UL, 0UL, 0UL, 1UL, 0UL, 1UL]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_wake_up_while_the_machine_gives_way_to_another_one_has_its_turn_afterwards(DatabaseKind kind)
    {
        var host = await HostAsync(kind, ("Services:Advancer:ResidentMachines", "1"));
        var (first, second) = (await host.AddApplicationAsync(), await host.AddApplicationAsync());
        await host.AddEpochAsync(first, EpochStatus.Closed, "one");
        await host.PassAsync();
        await host.AddEpochAsync(first, EpochStatus.Closed, "two");
        await host.AddEpochAsync(second, EpochStatus.Closed, "one");
        var (closing, mayClose) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Machines.Closing = () =>
        {
            closing.TrySetResult();
            return mayClose.Task;
        };

        var turnOfSecond = host.TurnAsync(second);
        await closing.Task.WaitAsync(Cancel);
        var turnOfFirst = host.TurnAsync(first);
        // A turn that did not wait would be over by the end of these.
        for (var i = 0; i < 50 && !turnOfFirst.IsCompleted; i++)
            await host.ApplicationAsync(first);
        mayClose.SetResult();

        (await turnOfFirst).Done.ShouldBe(2);
        (await turnOfSecond).Done.ShouldBe(2);
        await host.ShouldStandAsIfRunOnceAsync(first);
    }
}
