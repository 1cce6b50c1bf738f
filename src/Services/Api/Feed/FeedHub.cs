using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Persistence;

namespace Rollups.Api.Feed;

/// <summary>
/// The process's only reader of the log: it reads what is new into the ring and wakes the subscribers, so that neither the database nor
/// the bus notices how many there are. The consumer of this process and the database's signal wake it; a read at intervals finds what a
/// lost signal announced.
/// </summary>
internal sealed partial class FeedHub(
    FeedStore store,
    IDatabaseSignals signals,
    FeedWakeUp wakeUp,
    FeedOptions options,
    TimeProvider clock,
    ILogger<FeedHub> logger
) : BackgroundService
{
    private const int PageSize = 500;

    // While signals come, and while they cannot.
    private static readonly TimeSpan FallbackInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DeafInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Events that arrive close together are sent together: at 100 events a second a subscriber costs at most 20 writes, not 100. Many
    // subscribers wait a little longer, so that together they cost at most 5000 writes a second, whatever the rate of events.
    private static readonly TimeSpan ShortestGather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestGather = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GatherPerSubscriber = TimeSpan.FromMilliseconds(0.2);

    // A subscriber that comes before the log was read for the first time waits for that.
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private FeedRing? _ring;
    private int _subscribers;
    private int _nextGroup;
    private volatile bool _isDeaf;
    private bool _hasLostSignals;

    /// <summary>The newest events; null until the log was read for the first time. Another ring is another log.</summary>
    public FeedRing? Ring => Volatile.Read(ref _ring);

    /// <summary>Cancelled when the streams have to end, because the node stops.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Subscribers of this process.</summary>
    public int Subscribers => Volatile.Read(ref _subscribers);

    /// <summary>The ring, once there is one; null if the database does not answer.</summary>
    public async Task<FeedRing?> RingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _begun.Task.WaitAsync(FirstWait, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }

        return Ring;
    }

    /// <summary>Takes a subscriber's place, and its group; null if there are too many.</summary>
    public int? Enter()
    {
        if (Interlocked.Increment(ref _subscribers) > options.MaxSubscribers)
        {
            Interlocked.Decrement(ref _subscribers);
            return null;
        }

        FeedMetrics.Subscribers.Add(1);
        return (int)((uint)Interlocked.Increment(ref _nextGroup) % FeedRing.Groups);
    }

    /// <summary>Gives the place back.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref _subscribers);
        FeedMetrics.Subscribers.Add(-1);
    }

    /// <summary>Ends every stream.</summary>
    public Task EndAsync() => _ended.CancelAsync();

    public override void Dispose()
    {
        base.Dispose();
        _ended.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(ListenAsync(stoppingToken), FollowAsync(stoppingToken));

    private async Task ListenAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await signals.ListenAsync(FeedStore.Channel, Hear, stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Once per outage, however long it is.
                var level = _isDeaf ? LogLevel.Debug : LoggedOutage.LevelOf(exception, LogLevel.Warning);
                (_isDeaf, _hasLostSignals) = (true, true);
                wakeUp.Ring();
                LogDeaf(logger, level, exception.Message, DeafInterval);
                await Task.Delay(DeafInterval, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        void Hear()
        {
            _isDeaf = false;
            wakeUp.Ring();
        }
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        var mustCheck = true;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // The connection may have broken because another server took over, which may lack the newest events.
                mustCheck |= Interlocked.Exchange(ref _hasLostSignals, false);
                if (!mustCheck || await CheckHeadAsync(stopping))
                    await ReadAsync(Ring!, stopping);
                mustCheck = !await wakeUp.WaitAsync(_isDeaf ? DeafInterval : FallbackInterval, stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                mustCheck = true;
                var level = LoggedOutage.LevelOf(exception, LogLevel.Warning);
                LogFailed(logger, level, exception.Message, Pause);
                await Task.Delay(Pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>
    /// Begins with the newest events of the log; and anew if the database has been replaced by an older or another one. True if the log has
    /// events that the ring has not.
    /// </summary>
    private async Task<bool> CheckHeadAsync(CancellationToken stopping)
    {
        var head = await store.HeadAsync(stopping);
        if (Ring is { } known && known.Log == head.Name && known.Last <= head.Last)
            return known.Last < head.Last;
        var ring = new FeedRing(head.Name, Math.Max(0, head.Last - PageSize), begun: clock.GetUtcNow());
        var former = Interlocked.Exchange(ref _ring, ring);
        _begun.TrySetResult();
        if (former is not null)
        {
            LogReplaced(logger, former.Log, former.Last, head.Name, head.Last);
            Wake(former);
        }

        return head.Last > 0;
    }

    private async Task ReadAsync(FeedRing ring, CancellationToken stopping)
    {
        int found;
        do
        {
            var rows = await store.PageAsync(ring.Last, PageSize, stopping);
            found = rows.Count;
            if (found == 0)
                return;
            ring.Append(rows.Select(row => FeedItem.Of(ring.Log, row)), clock.GetUtcNow());
            await WakeAsync(ring, stopping);
        } while (found == PageSize);
    }

    private static void Wake(FeedRing ring)
    {
        for (var group = 0; group < FeedRing.Groups; group++)
            ring.Signal(group);
    }

    /// <summary>Wakes few subscribers at once, and many group by group over the time in which the next events gather.</summary>
    private async Task WakeAsync(FeedRing ring, CancellationToken stopping)
    {
        var gather = GatherPerSubscriber * Subscribers;
        if (gather < ShortestGather)
        {
            Wake(ring);
            await Task.Delay(ShortestGather, clock, stopping);
            return;
        }

        var each = (gather < LongestGather ? gather : LongestGather) / FeedRing.Groups;
        for (var group = 0; group < FeedRing.Groups; group++)
        {
            ring.Signal(group);
            await Task.Delay(each, clock, stopping);
        }
    }

    [LoggerMessage(
        EventId = 1,
        Message = "The push feed does not hear the database: {Error} It reads the log every {Interval}, and listens again once it can."
    )]
    private static partial void LogDeaf(ILogger logger, LogLevel level, string error, TimeSpan interval);

    [LoggerMessage(EventId = 2, Message = "The push feed could not read its log: {Error} It tries again in {Interval}.")]
    private static partial void LogFailed(ILogger logger, LogLevel level, string error, TimeSpan interval);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "The log of the push feed was {Former} up to event {FormerLast} and is now {Name} up to event {Last}: the database was restored or "
            + "replaced. The node ends the subscribers' streams; they learn of it when they connect again."
    )]
    private static partial void LogReplaced(ILogger logger, string former, long formerLast, string name, long last);
}
