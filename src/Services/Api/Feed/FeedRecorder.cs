using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Api.Feed;

/// <summary>
/// Writes events to the log in groups: what arrives while a transaction is under way goes into the next one, so a busy node costs a few
/// transactions a second, and an event that comes alone is stored at once. It alone repeats what fails, because a repeated message would
/// lose its place.
/// </summary>
internal sealed partial class FeedRecorder(
    IUnitOfWork unitOfWork,
    IDatabaseProvider database,
    IDatabaseSignals signals,
    FeedWakeUp wakeUp,
    MessagingOptions messaging,
    TimeProvider clock,
    ILogger<FeedRecorder> logger
) : BackgroundService
{
    private const int MostAtOnce = 256;
    private const int MostConflicts = 2;

    // On the in-memory bus; a broker keeps all that is behind its prefetch.
    private const int MostWaiting = 1024;

    // From the beginning of one transaction to that of the next.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // This consumer's copies in the inbox.
    private static readonly Guid ConsumerId = new("5c1f0a52-6c0e-4d5c-9d5e-2f7f1f0f9b11");

    private readonly Channel<FeedEntry> _waiting = Channel.CreateUnbounded<FeedEntry>();

    /// <summary>Adds an entry behind all others.</summary>
    public void Take(FeedEntry entry)
    {
        if (!_waiting.Writer.TryWrite(entry))
            entry.Fail(new OperationCanceledException("The push feed has stopped."));
    }

    /// <summary>Adds an entry; returns at once unless many are waiting.</summary>
    public Task AddAsync(FeedEntry entry, CancellationToken cancellationToken)
    {
        Take(entry);
        return _waiting.Reader.Count > MostWaiting ? entry.Stored.WaitAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>The bus has stopped before: stores what it has left.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        if (ExecuteTask is { } running)
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var group = new List<FeedEntry>(MostAtOnce);
        long? began = null;
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            if (began is { } before && Pace - clock.GetElapsedTime(before) is { Ticks: > 0 } rest)
                await Task.Delay(rest, clock, stoppingToken);
            began = clock.GetTimestamp();
            group.Clear();
            while (group.Count < MostAtOnce && _waiting.Reader.TryRead(out var entry))
                group.Add(entry);
            await StoreAsync(group, stoppingToken);
        }
    }

    private async Task StoreAsync(List<FeedEntry> group, CancellationToken stopping)
    {
        var began = clock.GetTimestamp();
        var pause = FirstPause;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await CommitAsync(group, stopping);
                foreach (var entry in group)
                    entry.Succeed();
                return;
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested && MayPass(exception, attempt))
            {
                if (messaging.Transport == "rabbitmq" && clock.GetElapsedTime(began) >= messaging.RabbitMq.HoldLimit)
                {
                    await ReturnAsync(group);
                    return;
                }

                var level = LoggedOutage.LevelOf(exception, LogLevel.Warning);
                LogWaits(logger, level, group.Count, exception.Message, pause);
                await Task.Delay(pause, clock, stopping);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                await OneByOneAsync(group, exception, stopping);
                return;
            }
        }
    }

    // A copy that the inbox has forgotten conflicts with the log for ever.
    private bool MayPass(Exception exception, int attempt) =>
        database.IsTransient(exception) && (attempt < MostConflicts || !database.IsConflict(exception));

    /// <summary>One event that cannot be stored must not keep out the others of its group.</summary>
    private async Task OneByOneAsync(List<FeedEntry> group, Exception exception, CancellationToken stopping)
    {
        if (group.Count == 1)
        {
            LogLeftOut(logger, exception, group[0].Row.Kind, group[0].Row.MessageId);
            // The recorder has repeated it; the retries of its queue would only keep the others waiting.
            group[0].Fail(new FormatException("The database refuses the event.", exception));
            return;
        }

        foreach (var entry in group)
            await StoreAsync([entry], stopping);
    }

    /// <summary>
    /// The broker closes a channel that holds messages for too long, so this closes it first: all of them go back, in order.
    /// </summary>
    private async Task ReturnAsync(List<FeedEntry> group)
    {
        var held = group.ToList();
        while (_waiting.Reader.TryRead(out var entry))
            held.Add(entry);
        LogReturns(logger, held.Count, messaging.RabbitMq.HoldLimit);
        foreach (var order in held.Select(entry => entry.Order).OfType<DeliveryOrder>().Distinct())
            await order.ReturnAsync();
        foreach (var entry in held)
            entry.Fail(DeliveryOrder.Returned());
    }

    private Task<bool> CommitAsync(List<FeedEntry> group, CancellationToken cancellationToken) =>
        unitOfWork.ExecuteAsync(
            async (scope, token) =>
            {
                var now = clock.GetUtcNow();
                // The head is locked first: of two processes that have the same messages, one waits here.
                var last = await FeedStore.LockAsync(scope.Db, token);
                var ids = group.Select(entry => entry.Row.MessageId).Distinct().ToList();
                var news = await database.AddInboxAsync(scope.Db, ids, ConsumerId, now, token);
                if (news.Count == 0)
                    return false;
                foreach (var entry in group.Where(entry => news.Remove(entry.Row.MessageId)))
                {
                    entry.Row.Number = ++last;
                    entry.Row.RecordedAt = now;
                    scope.Db.FeedEvents.Add(entry.Row);
                }

                FeedStore.Advance(scope.Db, last);
                await signals.SendAsync(scope.Db, FeedStore.Channel, token);
                scope.OnCommitted(_ =>
                {
                    wakeUp.Ring();
                    return Task.CompletedTask;
                });
                return true;
            },
            cancellationToken
        );

    [LoggerMessage(EventId = 1, Message = "The push feed could not store {Count} events: {Error} It tries again in {Pause}.")]
    private static partial void LogWaits(ILogger logger, LogLevel level, int count, string error, TimeSpan pause);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "The push feed returns {Count} events to the broker, because the database has been unavailable for {Limit}. The broker delivers "
            + "them again, in the same order."
    )]
    private static partial void LogReturns(ILogger logger, int count, TimeSpan limit);

    [LoggerMessage(
        3,
        LogLevel.Error,
        "The push feed leaves out an event {Kind} (message {MessageId}), because the database refuses it. Subscribers miss it; the node's "
            + "work does not depend on it. On RabbitMQ the message is in the queue api-events_error."
    )]
    private static partial void LogLeftOut(ILogger logger, Exception exception, string kind, Guid messageId);
}
