using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rollups.Messaging.Tests.Nodes;

namespace Rollups.Messaging.Tests.Work;

public sealed class WorkRunnerTests : IAsyncLifetime
{
    private readonly GatedWork _work = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceOptions _options = new() { Concurrency = 4 };
    private readonly WorkRunner<GatedWork> _runner;

    public WorkRunnerTests() => _runner = new WorkRunner<GatedWork>(_work, "advancer", _options, _clock, NullLogger<GatedWork>.Instance);

    private static CancellationToken Cancel => Patience.Token;

    private static WorkKey Echo => GatedWork.Key(1);

    private static WorkKey Other => GatedWork.Key(2);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // Whatever a failed test left in hand is abandoned at once.
        await _runner.StopAsync(new CancellationToken(canceled: true));
        _runner.Dispose();
    }

    [Fact]
    public async Task A_run_that_may_take_long_gives_its_place_after_a_second_and_a_stop_still_waits_for_it()
    {
        (_options.Concurrency, _work.MayTakeLong) = (1, true);
        var heavy = WakeAsync(Echo);
        var run = await _work.NextAsync();
        var others = Enumerable.Range(2, 3).Select(number => WakeAsync(GatedWork.Key(number))).ToArray();
        _work.HasBegunAnother.ShouldBeFalse();

        _clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < others.Length; i++)
        {
            (await _work.NextAsync()).Succeed();
            await others[i];
        }

        _work.MostAtOnce.ShouldBe(2);
        var stop = _runner.StopAsync(Cancel);
        stop.IsCompleted.ShouldBeFalse();
        run.Succeed();
        await stop;
        await heavy;
    }

    [Fact]
    public async Task A_long_run_keeps_no_message_waiting_and_is_followed_by_one_run_for_what_came_meanwhile()
    {
        _work.MayTakeLong = true;
        var first = WakeAsync(Echo);
        var run = await _work.NextAsync();
        var before = WakeAsync(Echo);
        (first.IsCompleted, before.IsCompleted).ShouldBe((false, false));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(first, before);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => WakeAsync(Echo)));

        run.Succeed();
        var next = await _work.NextAsync();
        var last = WakeAsync(Echo);
        last.IsCompleted.ShouldBeFalse();
        next.Succeed();
        (await _work.NextAsync()).Succeed();
        await last;
        _work.HasBegunAnother.ShouldBeFalse();
    }

    [Fact]
    public async Task A_run_of_other_work_keeps_its_place_however_long_it_takes()
    {
        _options.Concurrency = 1;
        var heavy = WakeAsync(Echo);
        var run = await _work.NextAsync();
        var other = WakeAsync(Other);

        _clock.Advance(TimeSpan.FromSeconds(4));

        _work.HasBegunAnother.ShouldBeFalse();
        run.Succeed();
        (await _work.NextAsync()).Succeed();
        await Task.WhenAll(heavy, other);
        _work.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task A_wake_up_ends_when_its_run_has_succeeded()
    {
        var wake = WakeAsync(Echo);
        var run = await _work.NextAsync();
        wake.IsCompleted.ShouldBeFalse();
        run.Succeed();
        await wake;
    }

    [Fact]
    public async Task Wake_ups_during_a_run_share_exactly_one_trailing_run()
    {
        var first = WakeAsync(Echo);
        var run = await _work.NextAsync();
        var late = Enumerable.Range(0, 50).Select(_ => WakeAsync(Echo)).ToArray();

        run.Succeed();
        await first;
        var trailing = await _work.NextAsync();
        late.ShouldAllBe(wake => !wake.IsCompleted);
        trailing.Succeed();
        await Task.WhenAll(late);

        await RunOnceAsync(Other);
        _work.HasBegunAnother.ShouldBeFalse();
    }

    [Fact]
    public async Task Runs_of_one_key_never_overlap()
    {
        var wakes = new List<Task>();
        for (var i = 0; i < 100; i++)
        {
            wakes.Add(WakeAsync(Echo));
            wakes.Add(WakeAsync(Echo));
            (await _work.NextAsync()).Succeed();
        }

        await DrainAsync(wakes);
        _work.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task Keys_run_side_by_side_up_to_the_bound()
    {
        var wakes = Enumerable.Range(1, 10).Select(number => WakeAsync(GatedWork.Key(number))).ToList();
        var running = new List<GatedWork.Begun>();
        for (var i = 0; i < _options.Concurrency; i++)
            running.Add(await _work.NextAsync());
        _work.HasBegunAnother.ShouldBeFalse();

        running.ForEach(run => run.Succeed());
        await DrainAsync(wakes);
        _work.MostAtOnce.ShouldBe(_options.Concurrency);
    }

    [Fact]
    public async Task A_key_with_more_due_goes_to_the_tail_so_that_each_has_its_turn()
    {
        _options.Concurrency = 1;
        var wakes = new[] { WakeAsync(GatedWork.Key(1)), WakeAsync(GatedWork.Key(2)), WakeAsync(GatedWork.Key(3)) };
        var turns = new List<WorkKey>();
        for (var i = 0; i < 9; i++)
        {
            var run = await _work.NextAsync();
            turns.Add(run.Key);
            run.Succeed(moreDue: i < 6);
        }

        await Task.WhenAll(wakes);
        turns.ShouldBe([.. Enumerable.Range(0, 3).SelectMany(_ => new[] { GatedWork.Key(1), GatedWork.Key(2), GatedWork.Key(3) })]);
    }

    [Fact]
    public async Task A_wake_up_ends_once_its_run_has_been_going_for_the_time_of_the_options()
    {
        var wake = WakeAsync(Echo);
        var run = await _work.NextAsync();
        _clock.Advance(_options.AckAfter - TimeSpan.FromMilliseconds(1));
        wake.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await wake;

        // The run itself goes on.
        var late = WakeAsync(Echo);
        _work.HasBegunAnother.ShouldBeFalse();
        run.Succeed();
        (await _work.NextAsync()).Succeed();
        await late;
    }

    [Fact]
    public async Task The_time_of_a_wake_up_counts_from_the_begin_of_its_own_run()
    {
        _options.Concurrency = 1;
        var first = WakeAsync(Echo);
        var run = await _work.NextAsync();
        var queued = WakeAsync(Other);
        _clock.Advance(_options.AckAfter);
        await first;
        queued.IsCompleted.ShouldBeFalse();
        run.Succeed();
        (await _work.NextAsync()).Succeed();
        await queued;
    }

    [Fact]
    public async Task Waking_all_runs_every_key_that_has_something_due()
    {
        _work.Due = () => [.. Enumerable.Range(1, 20).Select(GatedWork.Key)];
        var all = _runner.WakeAllAsync(WorkTrigger.Sync, Cancel);
        var keys = new HashSet<WorkKey>();
        for (var i = 0; i < 20; i++)
        {
            var run = await _work.NextAsync();
            keys.Add(run.Key);
            run.Succeed();
        }

        await all;
        keys.Count.ShouldBe(20);
    }

    [Fact]
    public async Task A_caller_that_gives_up_leaves_the_run_alone()
    {
        var first = WakeAsync(Echo);
        var run = await _work.NextAsync();
        using var giveUp = new CancellationTokenSource();
        var impatient = _runner.WakeAsync(Echo, WorkTrigger.Event, giveUp.Token);
        var patient = WakeAsync(Echo);
        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(impatient);
        run.Succeed();
        await first;
        (await _work.NextAsync()).Succeed();
        await patient;
    }

    [Fact]
    public async Task A_stop_begins_no_run_and_waits_for_those_in_hand()
    {
        var wake = WakeAsync(Echo);
        var run = await _work.NextAsync();
        var trailing = WakeAsync(Echo);
        var stop = _runner.StopAsync(Cancel);

        await Should.ThrowAsync<OperationCanceledException>(trailing);
        await Should.ThrowAsync<ObjectDisposedException>(() => WakeAsync(Other));
        stop.IsCompleted.ShouldBeFalse();
        run.Succeed(moreDue: true);
        await wake;
        await stop;
        _work.HasBegunAnother.ShouldBeFalse();
    }

    [Fact]
    public async Task A_stop_abandons_runs_that_outlast_the_grace()
    {
        var wake = WakeAsync(Echo);
        await _work.NextAsync();
        var stop = _runner.StopAsync(Cancel);
        _clock.Advance(TimeSpan.FromSeconds(3));
        await stop;
        await Should.ThrowAsync<OperationCanceledException>(wake);
    }

    [Fact]
    public async Task A_run_belongs_to_the_trace_of_the_event_that_asked_for_it()
    {
        _options.Concurrency = 1;
        var seen = new Dictionary<WorkKey, string?>();
        _work.OnRun = key => seen[key] = Activity.Current?.RootId;

        var first = TracedWakeAsync(Echo);
        var run = await _work.NextAsync();
        var second = TracedWakeAsync(Other);
        run.Succeed();
        (await _work.NextAsync()).Succeed();

        seen[Echo].ShouldBe(await first);
        seen[Other].ShouldBe(await second);
        seen[Echo].ShouldNotBe(seen[Other]);
    }

    private async Task<string?> TracedWakeAsync(WorkKey key)
    {
        using var activity = new Activity("consume").Start();
        await WakeAsync(key);
        return activity.RootId;
    }

    private Task WakeAsync(WorkKey key) => _runner.WakeAsync(key, WorkTrigger.Event, Cancel);

    private async Task RunOnceAsync(WorkKey key)
    {
        var wake = WakeAsync(key);
        var run = await _work.NextAsync();
        run.Key.ShouldBe(key);
        run.Succeed();
        await wake;
    }

    private async Task DrainAsync(IEnumerable<Task> wakes)
    {
        var all = Task.WhenAll(wakes);
        while (!all.IsCompleted)
        {
            var next = _work.NextAsync().AsTask();
            if (await Task.WhenAny(all, next) == next)
                (await next).Succeed();
        }

        await all;
    }
}
