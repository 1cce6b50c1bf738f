using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <inheritdoc cref="IWorkRunner{TWork}" />
internal sealed partial class WorkRunner<TWork>(
    TWork work,
    string service,
    ServiceOptions options,
    TimeProvider clock,
    ILogger<TWork> logger
) : IWorkRunner<TWork>, IHostedService, IDisposable
    where TWork : IPendingWork
{
    // Wait after a failure: doubled with each one, up to the interval of the fallback sync.
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);

    // From this many failures on, the cause is more than a database restart and an operator should act.
    private const int SeriousFailures = 5;

    // From then on a run gives its place to another, where the work allows it. A bound on their number limits the process's memory.
    private static readonly TimeSpan LongRun = TimeSpan.FromSeconds(1);
    private const int LongRunsPerPlace = 16;

    // How long a stop waits for running work before it cancels it; open transactions roll back.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly Dictionary<WorkKey, Lane> _lanes = [];
    private readonly Dictionary<WorkKey, Failing> _failing = [];
    private readonly Queue<WorkKey> _turns = [];
    private readonly CancellationTokenSource _abandon = new();
    private TaskCompletionSource? _idle;
    private int _active;
    private int _long;
    private bool _stopped;

    public Task WakeAsync(WorkKey key, WorkTrigger trigger, CancellationToken cancellationToken) =>
        Ask(key, trigger).Completion.Task.WaitAsync(cancellationToken);

    public async Task WakeAllAsync(WorkTrigger trigger, CancellationToken cancellationToken)
    {
        var keys = await work.FindDueAsync(cancellationToken);
        await Task.WhenAll(keys.Select(key => WakeAsync(key, trigger, cancellationToken)));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task idle;
        lock (_lock)
        {
            _stopped = true;
            _turns.Clear();
            foreach (var failing in _failing.Values)
                failing.Timer?.Dispose();
            foreach (var lane in _lanes.Values)
                lane.Next?.Completion.TrySetCanceled(CancellationToken.None);
            _idle = _active + _long == 0 ? null : new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle?.Task ?? Task.CompletedTask;
        }

        await using var abandon = clock.CreateTimer(_ => _abandon.Cancel(), null, Grace, Timeout.InfiniteTimeSpan);
        await using var early = cancellationToken.Register(() => _abandon.Cancel());
        await idle;
    }

    public void Dispose() => _abandon.Dispose();

    private Run Ask(WorkKey key, WorkTrigger trigger)
    {
        Run run;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            run = Next(key, trigger);
        }

        Pump();
        return run;
    }

    /// <summary>The key's next run, created and queued if there was none. Call within the lock.</summary>
    private Run Next(WorkKey key, WorkTrigger trigger)
    {
        if (!_lanes.TryGetValue(key, out var lane))
            _lanes.Add(key, lane = new Lane());
        if (lane.Next is null)
        {
            lane.Next = new Run(trigger);
            if (!lane.Running)
                _turns.Enqueue(key);
            else if (lane.IsLong)
                lane.Next.Completion.TrySetResult();
        }

        return lane.Next;
    }

    private void Pump()
    {
        while (true)
        {
            WorkKey key;
            Run run;
            lock (_lock)
            {
                if (_stopped || _active >= options.Concurrency || !_turns.TryDequeue(out key))
                    return;
                var lane = _lanes[key];
                run = lane.Next!;
                lane.Next = null;
                lane.Running = true;
                _active++;
            }

            // In the caller's execution context, so that messages published by the run belong to the caller's trace, not to that of the
            // run which freed this place.
            if (run.Flow is { } flow)
                ExecutionContext.Run(flow, _ => Task.Run(() => ExecuteAsync(key, run)), null);
            else
                _ = Task.Run(() => ExecuteAsync(key, run));
        }
    }

    private async Task ExecuteAsync(WorkKey key, Run run)
    {
        var moreDue = false;
        WorkCause.Begin(run.Trigger);
        using var span = Telemetry.Source.StartActivity($"{service} run");
        span?.SetTag("rollups.service", service)
            .SetTag("rollups.trigger", run.Trigger.ToString().ToLowerInvariant())
            .SetTag("rollups.application", key.Application?.ToString());
        var began = Stopwatch.GetTimestamp();
        var tags = new TagList { { "service", service }, { "trigger", run.Trigger.ToString().ToLowerInvariant() } };
        await using (clock.CreateTimer(_ => run.Completion.TrySetResult(), null, options.AckAfter, Timeout.InfiniteTimeSpan))
        await using (work.MayTakeLong ? clock.CreateTimer(_ => GiveWay(key, run), null, LongRun, Timeout.InfiniteTimeSpan) : null)
        {
            try
            {
                var result = await work.RunAsync(key, _abandon.Token);
                moreDue = result.MoreDue;
                span?.SetTag("rollups.done", result.Done);
                Telemetry.Found.Add(result.Done, tags);
                if (result.Done > 0)
                    LogDone(logger, service, result.Done, key, run.Trigger);
                Recovered(key);
                run.Completion.TrySetResult();
            }
            catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
            {
                LogAbandoned(logger, service, key);
                run.Completion.TrySetCanceled(CancellationToken.None);
            }
            catch (Exception exception)
            {
                span?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
                Telemetry.Failures.Add(1, tags);
                var (times, delay) = RetryLater(key);
                var level = LoggedOutage.LevelOf(exception, times < SeriousFailures ? LogLevel.Warning : LogLevel.Error);
                LogFailed(logger, level, exception, service, key, times, exception.Message, delay);
                run.Completion.TrySetResult();
            }
        }

        Telemetry.Runs.Add(1, tags);
        Telemetry.RunDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, tags);
        Finish(key, run, moreDue);
        Pump();
    }

    /// <summary>
    /// The run goes on, and another one begins in its place. The messages that wait for it, or for the run after it, are acknowledged: they
    /// would take up the consumer's places, so that the messages of other applications waited in the queue.
    /// </summary>
    private void GiveWay(WorkKey key, Run run)
    {
        lock (_lock)
        {
            if (run.HasEnded || _long >= options.Concurrency * LongRunsPerPlace)
                return;
            run.IsLong = true;
            _long++;
            _active--;
            var lane = _lanes[key];
            lane.IsLong = true;
            run.Completion.TrySetResult();
            lane.Next?.Completion.TrySetResult();
        }

        Pump();
    }

    private void Finish(WorkKey key, Run run, bool moreDue)
    {
        lock (_lock)
        {
            run.HasEnded = true;
            if (run.IsLong)
                _long--;
            else
                _active--;
            var lane = _lanes[key];
            (lane.Running, lane.IsLong) = (false, false);
            if (moreDue && !_stopped)
                lane.Next ??= new Run(WorkTrigger.Continuation);
            // At the tail, because the other keys have their turn first.
            if (lane.Next is not null && !_stopped)
                _turns.Enqueue(key);
            else if (lane.Next is null)
                _lanes.Remove(key);
            if (_active + _long == 0)
                _idle?.TrySetResult();
        }
    }

    /// <summary>Schedules the next attempt. Returns the number of consecutive failures and the wait.</summary>
    private (int Times, TimeSpan Delay) RetryLater(WorkKey key)
    {
        lock (_lock)
        {
            if (!_failing.TryGetValue(key, out var failing))
                _failing.Add(key, failing = new Failing());
            failing.Times++;
            var delay = FirstRetry * Math.Pow(2, Math.Min(failing.Times - 1, 20));
            if (delay > options.SyncInterval)
                delay = options.SyncInterval;
            failing.Timer?.Dispose();
            failing.Timer = _stopped ? null : clock.CreateTimer(_ => Retry(key), null, delay, Timeout.InfiniteTimeSpan);
            return (failing.Times, delay);
        }
    }

    private void Retry(WorkKey key)
    {
        lock (_lock)
        {
            if (_stopped)
                return;
            Next(key, WorkTrigger.Retry);
        }

        Pump();
    }

    private void Recovered(WorkKey key)
    {
        lock (_lock)
        {
            if (_failing.Remove(key, out var failing))
                failing.Timer?.Dispose();
        }
    }

    private sealed class Failing
    {
        public int Times { get; set; }

        public ITimer? Timer { get; set; }
    }

    private sealed class Lane
    {
        public bool Running { get; set; }

        /// <summary>Whether its run has given its place to another.</summary>
        public bool IsLong { get; set; }

        public Run? Next { get; set; }
    }

    private sealed class Run(WorkTrigger trigger)
    {
        public WorkTrigger Trigger => trigger;

        /// <summary>Whether it has given its place to another. Within the lock.</summary>
        public bool IsLong { get; set; }

        /// <summary>Within the lock.</summary>
        public bool HasEnded { get; set; }

        public ExecutionContext? Flow { get; } = ExecutionContext.Capture();

        public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(100, LogLevel.Debug, "{Service}: {Done} done for {Key}, found by {Trigger}")]
    private static partial void LogDone(ILogger logger, string service, int done, WorkKey key, WorkTrigger trigger);

    [LoggerMessage(
        101,
        LogLevel.Information,
        "{Service}: the stop of the node cancelled the run for {Key}. The next start repeats what it had not committed."
    )]
    private static partial void LogAbandoned(ILogger logger, string service, WorkKey key);

    [LoggerMessage(
        EventId = 102,
        Message = "{Service}: the run for {Key} failed {Times} times in a row: {Error} Its open transaction was rolled back; earlier "
            + "commits stay. The next attempt is in {Delay}; other applications continue."
    )]
    private static partial void LogFailed(
        ILogger logger,
        LogLevel level,
        Exception exception,
        string service,
        WorkKey key,
        int times,
        string error,
        TimeSpan delay
    );
}
