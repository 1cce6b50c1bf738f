using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Rollups.Api.Feed;
using Rollups.Api.Tests.Hosts;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Api.Tests.Feed;

/// <summary>What the recorder does with events that come alone, together, at the stop, or while the database is away.</summary>
public sealed class FeedRecorderTests : IAsyncLifetime
{
    private readonly Units _units = new();
    private readonly DeliveryOrder _channel;
    private ApiHost _api = null!;
    private int _closed;

    public FeedRecorderTests() =>
        _channel = new DeliveryOrder(
            _ => { },
            () =>
            {
                _closed++;
                return Task.CompletedTask;
            }
        );

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task An_event_that_comes_alone_is_stored_at_once()
    {
        using var recorder = await StartAsync(clock: new StandingClock());
        var alone = Entry();
        recorder.Take(alone);
        await alone.Stored.WaitAsync(Patience.Token);
        _units.Begun.ShouldBe(1);
    }

    [Fact]
    public async Task Events_that_arrive_during_a_transaction_share_the_next_one()
    {
        using var recorder = await StartAsync();
        var later = await ThreeBehindOneAsync(recorder);
        _units.Gate.SetResult();
        await Task.WhenAll(later.Select(entry => entry.Stored)).WaitAsync(Patience.Token);
        _units.Begun.ShouldBe(2);
    }

    [Fact]
    public async Task A_refused_event_fails_alone_and_is_not_repeated()
    {
        using var recorder = await StartAsync();
        var later = await ThreeBehindOneAsync(recorder);
        // All three, then the second alone.
        _units.Failure = attempt => attempt is 2 or 4 ? new InvalidOperationException("refused") : null;
        _units.Gate.SetResult();
        await later[0].Stored.WaitAsync(Patience.Token);
        await Should.ThrowAsync<FormatException>(() => later[1].Stored.WaitAsync(Patience.Token));
        await later[2].Stored.WaitAsync(Patience.Token);
        _units.Begun.ShouldBe(5);
    }

    [Fact]
    public async Task Events_that_wait_at_the_stop_are_stored_and_later_ones_are_not_taken()
    {
        using var recorder = await StartAsync();
        var waiting = await ThreeBehindOneAsync(recorder);
        var stop = recorder.StopAsync(Patience.Token);
        var late = Entry();
        recorder.Take(late);
        _units.Gate.SetResult();
        await stop;
        waiting.ShouldAllBe(entry => entry.Stored.IsCompletedSuccessfully);
        await Should.ThrowAsync<OperationCanceledException>(() => late.Stored);
    }

    /// <summary>None of them is acknowledged, so the broker delivers them again.</summary>
    [Fact]
    public async Task A_stop_during_an_outage_ends_and_reports_nothing_as_stored()
    {
        using var recorder = await StartAsync();
        var waiting = await ThreeBehindOneAsync(recorder);
        _units.Failure = _ => Away();
        _units.Gate.SetResult();
        await recorder.StopAsync(new CancellationToken(canceled: true)).WaitAsync(Patience.Token);
        waiting.ShouldAllBe(entry => !entry.Stored.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Past_the_hold_limit_everything_that_waits_goes_back_without_a_retry_of_its_queue()
    {
        using var recorder = await StartAsync(new() { Transport = "rabbitmq", RabbitMq = { HoldLimit = TimeSpan.Zero } });
        var waiting = await ThreeBehindOneAsync(recorder);
        _units.Failure = attempt => attempt == 2 ? Away() : null;
        _units.Gate.SetResult();
        foreach (var entry in waiting)
        {
            var returned = await Should.ThrowAsync<OperationCanceledException>(() => entry.Stored.WaitAsync(Patience.Token));
            returned.CancellationToken.IsCancellationRequested.ShouldBeTrue();
        }

        _closed.ShouldBe(1);
    }

    private static SqliteException Away() => new("the database is locked", 5);

    private FeedEntry Entry() =>
        new(
            new FeedEvent
            {
                MessageId = Guid.NewGuid(),
                Kind = "epoch.closed",
                Body = "{}",
            },
            _channel
        );

    /// <summary>The first is in a transaction that waits for the gate, and three others wait behind it.</summary>
    private async Task<FeedEntry[]> ThreeBehindOneAsync(FeedRecorder recorder)
    {
        recorder.Take(Entry());
        await _units.First.Task.WaitAsync(Patience.Token);
        FeedEntry[] later = [Entry(), Entry(), Entry()];
        foreach (var entry in later)
            recorder.Take(entry);
        return later;
    }

    private async Task<FeedRecorder> StartAsync(MessagingOptions? messaging = null, TimeProvider? clock = null)
    {
        if (clock is not null)
            _units.Gate.SetResult();
        var recorder = new FeedRecorder(
            _units,
            _api.Host.Services.GetRequiredService<IDatabaseProvider>(),
            _api.Host.Services.GetRequiredService<IDatabaseSignals>(),
            _api.Host.Services.GetRequiredService<FeedWakeUp>(),
            messaging ?? new MessagingOptions(),
            clock ?? TimeProvider.System,
            NullLogger<FeedRecorder>.Instance
        );
        await recorder.StartAsync(Patience.Token);
        return recorder;
    }

    /// <summary>Transactions without a database; the first waits for the gate.</summary>
    private sealed class Units : IUnitOfWork
    {
        private int _begun;

        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What an attempt meets, by its number from 1.</summary>
        public Func<int, Exception?>? Failure { get; set; }

        public int Begun => Volatile.Read(ref _begun);

        public async Task<TResult> ExecuteAsync<TResult>(
            Func<IWorkScope, CancellationToken, Task<TResult>> work,
            CancellationToken cancellationToken
        )
        {
            var attempt = Interlocked.Increment(ref _begun);
            First.TrySetResult();
            await Gate.Task.WaitAsync(cancellationToken);
            return Failure?.Invoke(attempt) is { } failure ? throw failure : default!;
        }
    }

    /// <summary>No time passes, so what waits for some never continues.</summary>
    private sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(_ => { });
    }
}
