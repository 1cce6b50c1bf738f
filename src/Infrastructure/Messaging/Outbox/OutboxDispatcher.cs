using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// The only class that sends outbox messages to the broker. It delivers the outbox lane by lane, in order, and confirms each send before
/// the next. Commits wake it; a sweep finds what a crash or another process left.
/// </summary>
internal sealed partial class OutboxDispatcher(
    IServiceScopeFactory scopes,
    IBusControl bus,
    BrokerState broker,
    RabbitMqOptions options,
    OutboxLanes lanes,
    OutboxSweepPace pace,
    IDatabaseProvider database,
    TimeProvider clock,
    OutboxMonitor monitor,
    ILogger<OutboxDispatcher> logger
) : BackgroundService
{
    private const int BatchSize = 100;
    private const short MaxAttempts = 10;
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BatchLimit = TimeSpan.FromSeconds(10);

    private readonly SendOutage _outage = new(broker, clock);
    private readonly SendFaults _faults = new();

    public override void Dispose()
    {
        base.Dispose();
        _outage.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var observer = bus.ConnectSendObserver(_faults);
        try
        {
            await Task.WhenAll([
                SweepAsync(stoppingToken),
                .. Enumerable.Range(0, OutboxLane.Count).Select(lane => DeliverLaneAsync((short)lane, stoppingToken)),
            ]);
        }
        finally
        {
            observer.Disconnect();
        }
    }

    private async Task DeliverLaneAsync(short lane, CancellationToken stopping)
    {
        await foreach (var found in lanes.Signals(lane).ReadAllAsync(stopping))
        {
            try
            {
                // Before a transaction is open, because a broker outage must not keep one open in every lane.
                await bus.WaitForHealthStatus(BusHealthStatus.Healthy, stopping);
                using var turn = await _outage.EnterAsync(lane, stopping);
                while (await DeliverBatchAsync(lane, found, stopping))
                {
                    // Until the lane is empty.
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                var level = LoggedOutage.LevelOf(exception, LogLevel.Warning);
                pace.Hurry();
                LogLaneFailed(logger, level, lane, exception.Message, OutboxSweepPace.Shortest);
            }
        }
    }

    /// <summary>True when more may be deliverable now.</summary>
    private async Task<bool> DeliverBatchAsync(short lane, OutboxSignal found, CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        // One process with one writer needs no lock, and must not hold up other writers while it waits for the broker.
        await using var transaction = database.HasOneWriter ? null : await db.Database.BeginTransactionAsync(stopping);
        var now = clock.GetUtcNow();
        // No attempt is ever postponed further than this. A later time shows that the machine's clock was set back since, and it would
        // hold up the lane for as long.
        var latest = now + LongestRetry;
        // The lane's holder may have read the lane before our commit, so after a commit we wait until it releases the lane. After a
        // sweep or a retry there is no need: the holder delivers what we found.
        var rows = await database.TakeOutboxLaneAsync(db, lane, found == OutboxSignal.Commit, now, BatchSize, stopping);
        if (rows is null)
            return false;

        var delivered = new List<long>(rows.Count);
        var began = clock.GetTimestamp();
        var cut = false;
        OutboxMessage? failed = null;
        Exception? error = null;
        foreach (
            var row in rows.TakeWhile(row => row.NotBefore is null || row.NotBefore <= now || (row.Attempts > 0 && row.NotBefore > latest))
        )
        {
            try
            {
                // A slow broker must not keep the transaction open until the database ends it: everything sent by then would be sent
                // again, for ever.
                if (clock.GetElapsedTime(began) > BatchLimit)
                {
                    cut = true;
                    break;
                }

                await SendAsync(row, stopping);
                delivered.Add(row.Id);
                if (_outage.Sent(lane))
                    LogSendsAgain(logger);
                if (found == OutboxSignal.Sweep && row.NotBefore is null && now - row.CreatedAt > OutboxSweepPace.Shortest)
                    Telemetry.Swept.Add(1);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                // Delivered rows are deleted; this one and the rest wait for the next start.
                break;
            }
            catch (Exception exception)
            {
                (failed, error) = (row, exception);
                break;
            }
        }

        if (delivered.Count > 0)
            await db.Outbox.Where(message => delivered.Contains(message.Id)).ExecuteDeleteAsync(CancellationToken.None);
        if (transaction is not null)
            await transaction.CommitAsync(CancellationToken.None);
        if (delivered.Count > 0)
            monitor.Pulse();
        if (failed is not null)
            await RecordFailureAsync(failed, error!, stopping);
        return cut || delivered.Count == BatchSize;
    }

    private async Task SendAsync(OutboxMessage row, CancellationToken stopping)
    {
        var began = clock.GetTimestamp();
        using var span = OutboxTrace.Start(row);
        using var limit = new CancellationTokenSource(SendTimeout, clock);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopping, limit.Token);
        _faults.Watch(row.MessageId);
        try
        {
            // The token alone does not end every wait: if several sends declare their exchange on one channel and one fails, those
            // behind it wait for ever.
            await new StoredMessage(row).SendAsync(bus, timeout.Token).WaitAsync(timeout.Token);
        }
        catch (Exception exception)
            when (!stopping.IsCancellationRequested && _faults.Take(row.MessageId) is { } cause && !ReferenceEquals(cause, exception))
        {
            throw new SendException(cause);
        }
        finally
        {
            _faults.Take(row.MessageId);
        }

        Telemetry.Confirm.Record(clock.GetElapsedTime(began).TotalSeconds);
        Telemetry.Delivery.Record(Math.Max(0, (clock.GetUtcNow() - row.CreatedAt).TotalSeconds));
    }

    private async Task RecordFailureAsync(OutboxMessage row, Exception error, CancellationToken stopping)
    {
        // The next attempt may be due when nothing else signals the lane.
        pace.Hurry();
        // A broker outage is not the message's fault, so the message stays first in its lane.
        if (!BrokerFault.IsOfMessage(error))
        {
            var reason = BrokerFault.Describe(error, options);
            if (_outage.Failed(row.Lane, reason))
                LogBrokerDown(logger, reason);
            lanes.Signal(row.Lane, OutboxSignal.Retry);
            return;
        }

        // The broker has answered.
        _outage.Sent(row.Lane);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        var attempts = (short)(row.Attempts + 1);
        if (attempts < MaxAttempts)
        {
            var notBefore = clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(LongestRetry.TotalSeconds, Math.Pow(2, attempts - 1)));
            await db
                .Outbox.Where(message => message.Id == row.Id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(message => message.Attempts, attempts).SetProperty(message => message.NotBefore, notBefore),
                    stopping
                );
            LogSendFailed(logger, row.MessageId, row.DestinationAddress, attempts, error.Message, notBefore);
        }
        else
        {
            db.DeadOutbox.Add(
                new DeadOutboxMessage
                {
                    Id = row.Id,
                    Lane = row.Lane,
                    MessageId = row.MessageId,
                    DestinationAddress = row.DestinationAddress,
                    MessageType = row.MessageType,
                    Row = JsonSerializer.Serialize(row),
                    Error = error.Message,
                    FailedAt = clock.GetUtcNow(),
                }
            );
            await db.Outbox.Where(message => message.Id == row.Id).ExecuteDeleteAsync(stopping);
            await db.SaveChangesAsync(stopping);
            Telemetry.Dead.Add(1);
            LogDead(logger, row.MessageId, row.DestinationAddress, attempts, error.Message);
        }

        await transaction.CommitAsync(stopping);
        lanes.Signal(row.Lane, OutboxSignal.Retry);
    }

    private async Task SweepAsync(CancellationToken stopping)
    {
        var count = new OutboxCount(clock);
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
                var now = clock.GetUtcNow();
                var latest = now + LongestRetry;
                // Reads only the head of each lane: the backlog of an outage must not make every sweep longer.
                var waiting = await db
                    .OutboxLanes.Select(lane => new
                    {
                        lane.Lane,
                        Oldest = db
                            .Outbox.Where(message => message.Lane == lane.Lane)
                            .OrderBy(message => message.Id)
                            .Select(message => (DateTimeOffset?)message.CreatedAt)
                            .FirstOrDefault(),
                        Due = db.Outbox.Any(message =>
                            message.Lane == lane.Lane
                            && (
                                message.NotBefore == null
                                || message.NotBefore <= now
                                || (message.Attempts > 0 && message.NotBefore > latest)
                            )
                        ),
                    })
                    .ToListAsync(stopping);
                var oldest = waiting.Min(lane => lane.Oldest);
                if (oldest is null)
                    pace.FoundNothing();
                else
                    pace.Hurry();
                monitor.Report(
                    await count.ReadAsync(db, oldest is null, stopping),
                    oldest is null || oldest > now ? TimeSpan.Zero : now - oldest.Value
                );
                // A lane without waiting messages has no failure to keep: another replica may have sent them.
                foreach (var lane in waiting.Where(lane => lane.Oldest is null))
                    broker.SetSending(lane.Lane, null);
                foreach (var lane in waiting.Where(lane => lane.Due))
                    lanes.Signal(lane.Lane, OutboxSignal.Sweep);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                var level = LoggedOutage.LevelOf(exception, LogLevel.Warning);
                pace.Hurry();
                LogSweepFailed(logger, level, exception.Message, OutboxSweepPace.Shortest);
            }
        } while (await pace.NextAsync(stopping));
    }

    [LoggerMessage(
        EventId = 130,
        Message = "The dispatcher could not deliver outbox lane {Lane}: {Error} Nothing is lost; the next attempt is in {Interval}."
    )]
    private static partial void LogLaneFailed(ILogger logger, LogLevel level, short lane, string error, TimeSpan interval);

    [LoggerMessage(
        131,
        LogLevel.Warning,
        "The outbox waits for the broker: {Reason} No message is set aside, and the order is kept. The dispatcher sends the "
            + "messages when the broker accepts them; until then the services continue by their fallback syncs."
    )]
    private static partial void LogBrokerDown(ILogger logger, string reason);

    [LoggerMessage(138, LogLevel.Information, "The broker accepts messages of the outbox again.")]
    private static partial void LogSendsAgain(ILogger logger);

    [LoggerMessage(
        132,
        LogLevel.Warning,
        "The broker did not accept message {MessageId} to {Destination} (attempt {Attempt}): {Error} The dispatcher sends it "
            + "again at {NotBefore}; its lane waits until then."
    )]
    private static partial void LogSendFailed(
        ILogger logger,
        Guid messageId,
        string? destination,
        short attempt,
        string error,
        DateTimeOffset notBefore
    );

    [LoggerMessage(
        133,
        LogLevel.Error,
        "The dispatcher set message {MessageId} to {Destination} aside in outbox_dead after {Attempts} attempts: {Error} Its "
            + "lane continues; the fallback sync finds the work that it announced."
    )]
    private static partial void LogDead(ILogger logger, Guid messageId, string? destination, short attempts, string error);

    [LoggerMessage(EventId = 134, Message = "The outbox could not be swept: {Error} The next attempt is in {Interval}.")]
    private static partial void LogSweepFailed(ILogger logger, LogLevel level, string error, TimeSpan interval);

    /// <summary>A failed send, with the cause that only the transport has seen.</summary>
    private sealed class SendException(Exception cause) : Exception(cause.Message, cause);
}
