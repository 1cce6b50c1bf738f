using Rollups.Advancer.Tests.Hosts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Advancer.Tests;

/// <summary>An application whose inputs take long keeps no other waiting.</summary>
public sealed class FairnessTests : OnDatabase
{
    private const int HeavyApplications = 3;
    private const int Inputs = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task Others_finish_while_more_heavy_applications_than_places_are_in_the_midst_of_an_input(DatabaseKind kind)
    {
        var host = await HostAsync(kind, ("Services:Advancer:Concurrency", "1"));
        var (heavy, light) = (new List<Application>(), new List<Application>());
        for (var i = 0; i < HeavyApplications; i++)
            heavy.Add(await host.AddApplicationAsync());
        for (var i = 0; i < HeavyApplications; i++)
            light.Add(await host.AddApplicationAsync("echo:"));
        foreach (var app in heavy.Concat(light))
            await host.AddEpochAsync(app, EpochStatus.Closed, [.. Enumerable.Range(0, Inputs).Select(i => $"payload {i}")]);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Those of the kind "scripted:" only, which are the heavy ones.
        host.Machines.Before = _ => mayEnd.Task;

        var sync = host.Runner.WakeAllAsync(WorkTrigger.Sync, Cancel);
        foreach (var app in light)
            await host.UntilProcessedAsync(app, Inputs);

        foreach (var app in heavy)
            (await host.ApplicationAsync(app)).ProcessedInputs.ShouldBe(0UL);
        mayEnd.SetResult();
        await sync;
        foreach (var app in heavy)
            await host.UntilProcessedAsync(app, Inputs);
        foreach (var app in heavy.Concat(light))
            await host.ShouldStandAsIfRunOnceAsync(app);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_turn_ends_with_the_input_in_hand_when_its_time_is_up(DatabaseKind kind)
    {
        var host = await HostAsync(kind, ("Services:Advancer:TurnTime", "00:00:00.02"));
        var app = await host.AddApplicationAsync();
        await host.AddEpochAsync(app, EpochStatus.Closed, "one", "two", "three");
        host.Machines.Before = input => input == 1 ? Task.Delay(TimeSpan.FromMilliseconds(100), Cancel) : Task.CompletedTask;

        var first = await host.TurnAsync(app);

        first.MoreDue.ShouldBeTrue();
        first.Done.ShouldBeLessThan(Inputs);
        (await host.ApplicationAsync(app)).ProcessedInputs.ShouldBe((ulong)first.Done);
        await host.PassAsync();
        await host.ShouldStandAsIfRunOnceAsync(app);
    }
}
