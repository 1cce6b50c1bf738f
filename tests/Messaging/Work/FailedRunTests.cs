using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Work;

/// <summary>A run that fails: who waited goes on, nobody else is held up, and the runner repeats it.</summary>
public sealed class FailedRunTests : IAsyncLifetime
{
    private readonly GatedWork _work = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceOptions _options = new() { SyncInterval = TimeSpan.FromSeconds(2) };
    private readonly RecordedLog _log = new();
    private readonly LoggerFactory _loggers;
    private readonly WorkRunner<GatedWork> _runner;
    private int _failures;

    public FailedRunTests()
    {
        _loggers = new LoggerFactory([_log]);
        _runner = new WorkRunner<GatedWork>(_work, "advancer", _options, _clock, _loggers.CreateLogger<GatedWork>());
    }

    private static CancellationToken Cancel => Patience.Token;

    private static WorkKey Echo => GatedWork.Key(1);

    private static WorkKey Other => GatedWork.Key(2);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _runner.StopAsync(new CancellationToken(canceled: true));
        _runner.Dispose();
        _loggers.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task The_event_is_done_with_when_its_run_has_failed()
    {
        var wake = WakeAsync(Echo);
        (await _work.NextAsync()).Fail("no database");
        await wake;
    }

    [Fact]
    public async Task It_is_repeated_with_growing_delays_up_to_the_sync_interval_until_it_succeeds()
    {
        var wake = WakeAsync(Echo);
        await FailNextAsync();
        await wake;
        foreach (var milliseconds in (int[])[200, 400, 800, 1600, 2000, 2000, 2000])
        {
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            _work.HasBegunAnother.ShouldBeFalse();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await FailNextAsync();
        }

        _clock.Advance(TimeSpan.FromSeconds(2));
        (await _work.NextAsync()).Succeed();
        _clock.Advance(TimeSpan.FromDays(1));
        await RunOnceAsync(Other);
        _work.HasBegunAnother.ShouldBeFalse();
    }

    [Fact]
    public async Task An_event_meanwhile_has_its_run_at_once_and_a_success_ends_the_repeating()
    {
        var wake = WakeAsync(Echo);
        await FailNextAsync();
        await wake;
        await RunOnceAsync(Echo);
        _clock.Advance(TimeSpan.FromDays(1));
        await RunOnceAsync(Other);
        _work.HasBegunAnother.ShouldBeFalse();
    }

    [Fact]
    public async Task One_application_that_fails_for_ever_costs_the_others_nothing()
    {
        _options.Concurrency = 1;
        var wakes = Enumerable.Range(0, 100).Select(_ => WakeAsync(Echo)).ToList();
        await FailNextAsync();
        // The ninety-nine share one trailing run.
        await FailNextAsync();
        await Task.WhenAll(wakes);
        for (var i = 0; i < 20; i++)
            await RunOnceAsync(Other);
    }

    [Fact]
    public async Task Waking_all_ends_although_a_run_failed_and_so_does_the_sync_at_start()
    {
        _work.Due = () => [Echo, Other];
        using var sync = new StartupSync<GatedWork>(_runner, "advancer", _clock, _loggers.CreateLogger<GatedWork>());
        await sync.StartAsync(Cancel);
        foreach (var run in new[] { await _work.NextAsync(), await _work.NextAsync() })
        {
            if (run.Key == Echo)
                run.Fail("no machine");
            else
                run.Succeed();
        }

        await sync.ExecuteTask!.WaitAsync(Cancel);
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        (await _work.NextAsync()).Key.ShouldBe(Echo);
    }

    [Fact]
    public async Task The_log_says_a_warning_at_first_and_an_error_when_it_goes_on()
    {
        var wake = WakeAsync(Echo);
        await FailNextAsync();
        await wake;
        for (var i = 0; i < 4; i++)
        {
            _clock.Advance(_options.SyncInterval);
            await FailNextAsync();
        }

        _log.Lines.Where(line => line.EventId == 102)
            .Select(line => line.Level)
            .ShouldBe([LogLevel.Warning, LogLevel.Warning, LogLevel.Warning, LogLevel.Warning, LogLevel.Error]);
        _log.OfEvent(102)[0].ShouldContain("no machine");
    }

    [Fact]
    public async Task A_stop_ends_the_repeating()
    {
        var wake = WakeAsync(Echo);
        await FailNextAsync();
        await wake;
        await _runner.StopAsync(Cancel);
        _clock.Advance(TimeSpan.FromDays(1));
        _work.HasBegunAnother.ShouldBeFalse();
    }

    private Task WakeAsync(WorkKey key) => _runner.WakeAsync(key, WorkTrigger.Event, Cancel);

    private async Task FailNextAsync()
    {
        (await _work.NextAsync()).Fail("no machine");
        _failures++;
        // Told once the next attempt is planned.
        while (_log.OfEvent(102).Count < _failures)
            await Task.Delay(1, Cancel);
    }

    private async Task RunOnceAsync(WorkKey key)
    {
        var wake = WakeAsync(key);
        var run = await _work.NextAsync();
        run.Key.ShouldBe(key);
        run.Succeed();
        await wake;
    }
}
