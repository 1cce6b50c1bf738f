using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Output;
using Rollups.Persistence;

namespace Rollups.Cli.Outbox;

/// <summary>The table of messages that were set aside. It is small: every row is a failure.</summary>
internal static class DeadMessages
{
    private const int Batch = 500;

    /// <summary>The causes, that of the most messages first.</summary>
    public static async Task<IReadOnlyList<DeadCause>> CausesAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var groups = await db
            .DeadOutbox.GroupBy(row => new { row.MessageType, row.Error })
            .Select(group => new
            {
                group.Key.MessageType,
                group.Key.Error,
                Messages = group.Count(),
                First = group.Min(row => row.FailedAt),
                Last = group.Max(row => row.FailedAt),
            })
            .ToListAsync(cancellationToken);
        return
        [
            .. groups
                .GroupBy(group => CauseOf(group.MessageType, group.Error))
                .Select(cause => new DeadCause(
                    cause.Key,
                    cause.Sum(group => group.Messages),
                    Cause.ShortType(cause.First().MessageType),
                    cause.Min(group => group.First),
                    cause.Max(group => group.Last),
                    cause.First().Error
                ))
                .OrderByDescending(cause => cause.Messages),
        ];
    }

    /// <summary>The messages of a cause, the oldest first.</summary>
    public static async Task<IReadOnlyList<DeadMessage>> ReadAsync(RollupsDbContext db, string cause, CancellationToken cancellationToken)
    {
        var rows = await db
            .DeadOutbox.OrderBy(row => row.Id)
            .Select(row => new
            {
                row.Id,
                row.MessageId,
                row.MessageType,
                row.DestinationAddress,
                row.FailedAt,
                row.Error,
            })
            .ToListAsync(cancellationToken);
        return
        [
            .. rows.Where(row => CauseOf(row.MessageType, row.Error) == cause)
                .Select(row => new DeadMessage(
                    row.Id,
                    row.MessageId,
                    Cause.ShortType(row.MessageType),
                    row.DestinationAddress,
                    row.FailedAt,
                    row.Error
                )),
        ];
    }

    /// <summary>
    /// Puts the chosen rows back as they were, with the ids that place them before everything newer. One transaction: after a kill they
    /// are either in the outbox or still set aside.
    /// </summary>
    /// <returns>Number of messages.</returns>
    public static Task<int> RetryAsync(RollupsDbContext db, SelectedMessages selected, CancellationToken cancellationToken) =>
        ChangeAsync(
            db,
            selected,
            rows =>
                db.Outbox.AddRange(
                    rows.Select(row =>
                    {
                        var message = JsonSerializer.Deserialize<OutboxMessage>(row.Row)!;
                        (message.Attempts, message.NotBefore) = (0, null);
                        return message;
                    })
                ),
            cancellationToken
        );

    /// <summary>Deletes the chosen rows.</summary>
    /// <returns>Number of messages.</returns>
    public static Task<int> DiscardAsync(RollupsDbContext db, SelectedMessages selected, CancellationToken cancellationToken) =>
        ChangeAsync(db, selected, _ => { }, cancellationToken);

    private static async Task<int> ChangeAsync(
        RollupsDbContext db,
        SelectedMessages selected,
        Action<IReadOnlyList<DeadOutboxMessage>> change,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var keys = await db
            .DeadOutbox.OrderBy(row => row.Id)
            .Select(row => new
            {
                row.Id,
                row.MessageType,
                row.Error,
            })
            .ToListAsync(cancellationToken);
        var chosen = keys.Where(row =>
                selected.Contains(CauseOf(row.MessageType, row.Error), row.Id.ToString(CultureInfo.InvariantCulture))
            )
            .Select(row => row.Id)
            .ToList();
        foreach (var ids in chosen.Chunk(Batch))
        {
            var rows = await db.DeadOutbox.Where(row => ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellationToken);
            change(rows);
            // If another operator has taken one of them meanwhile, nothing of this is committed.
            db.DeadOutbox.RemoveRange(rows);
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }

        await transaction.CommitAsync(cancellationToken);
        return chosen.Count;
    }

    private static string CauseOf(string messageType, string error) => Cause.IdOf(messageType, error);
}
