using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quartz;
using Rollups.Messaging;

namespace Rollups.Scheduling.Tests;

public sealed class FallbackSyncTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Offsets_are_spread_evenly_over_the_interval() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[100, 86_400_000])
            .Sample(
                (n, milliseconds) =>
                {
                    var interval = TimeSpan.FromMilliseconds(milliseconds);
                    var offsets = Enumerable
                        .Range(0, n)
                        .Select(i => SchedulingServiceCollectionExtensions.SpreadOffset(interval, i, n))
                        .ToArray();
                    offsets.ShouldAllBe(offset => offset >= TimeSpan.Zero && offset < interval);
                    for (var i = 1; i < n; i++)
                        (offsets[i] - offsets[i - 1] - (interval / n)).Duration().ShouldBeLessThanOrEqualTo(TimeSpan.FromTicks(1));
                }
            );

    [Fact]
    public async Task Every_service_has_a_trigger_of_its_own_interval_and_none_begins_with_another()
    {
        var syncs = new[] { "evm-reader", "advancer", "validator", "claimer", "lifecycle" }
            .Select((service, i) => new FallbackSync(service, TimeSpan.FromSeconds(30 + i), (_, _) => Task.CompletedTask))
            .ToArray();
        using var host = Build(syncs);
        var scheduler = await host.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Cancel);
        var begins = new List<DateTimeOffset>();
        foreach (var sync in syncs)
        {
            var trigger = (
                await scheduler!.GetTrigger(new TriggerKey($"{sync.Service}-sync"), Cancel)
            ).ShouldBeAssignableTo<ISimpleTrigger>()!;
            trigger.RepeatInterval.ShouldBe(sync.Interval);
            trigger.RepeatCount.ShouldBe(-1);
            begins.Add(trigger.StartTimeUtc);
        }

        begins.Distinct().Count().ShouldBe(syncs.Length);
        begins.Order().Zip(begins.Order().Skip(1)).ShouldAllBe(pair => pair.Second - pair.First > TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_sync_comes_again_and_again_and_a_failed_one_does_not_end_that()
    {
        var calls = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = Build(
            new FallbackSync(
                "advancer",
                TimeSpan.FromMilliseconds(100),
                (_, _) =>
                    Interlocked.Increment(ref calls) switch
                    {
                        1 => Task.FromException(new InvalidOperationException("no database")),
                        2 => Task.FromException(new TaskCanceledException("a request timed out")),
                        3 => throw new InvalidOperationException("not even a task"),
                        >= 6 => Finish(),
                        _ => Task.CompletedTask,
                    }
            )
        );
        await host.StartAsync(Cancel);
        await enough.Task.WaitAsync(Cancel);
        await host.StopAsync(Cancel);

        Task Finish()
        {
            enough.TrySetResult();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_sync_that_outlasts_its_interval_never_overlaps_itself_and_holds_no_other_up()
    {
        var running = 0;
        var most = 0;
        var release = new SemaphoreSlim(0);
        var slow = new FallbackSync(
            "advancer",
            TimeSpan.FromMilliseconds(100),
            async (_, token) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await release.WaitAsync(token);
                Interlocked.Decrement(ref running);
            }
        );
        var others = 0;
        var tenOthers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = new FallbackSync(
            "claimer",
            TimeSpan.FromMilliseconds(100),
            (_, _) =>
            {
                // Each time one interval of the slow one has passed, too.
                if (Interlocked.Increment(ref others) == 10)
                    tenOthers.TrySetResult();
                return Task.CompletedTask;
            }
        );
        using var host = Build(slow, other);
        await host.StartAsync(Cancel);
        await tenOthers.Task.WaitAsync(Cancel);
        release.Release(1000);
        await host.StopAsync(Cancel);
        most.ShouldBe(1);
    }

    [Fact]
    public async Task A_stop_cancels_the_sync_in_hand_and_waits_until_it_has_ended()
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = false;
        using var host = Build(
            new FallbackSync(
                "advancer",
                TimeSpan.FromMilliseconds(100),
                async (_, token) =>
                {
                    began.TrySetResult();
                    try
                    {
                        await Task.Delay(Timeout.Infinite, token);
                    }
                    finally
                    {
                        ended = true;
                    }
                }
            )
        );
        await host.StartAsync(Cancel);
        await began.Task.WaitAsync(Cancel);
        await host.StopAsync(Cancel);
        ended.ShouldBeTrue();
    }

    private static IHost Build(params FallbackSync[] syncs)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        foreach (var sync in syncs)
            builder.Services.AddSingleton(sync);
        builder.Services.AddFallbackSyncs();
        return builder.Build();
    }
}
