using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence;

/// <summary>Locks and looks up the inbox row in one statement: a concurrent copy waits for the first one's outcome.</summary>
internal static class InboxInsert
{
    public static async Task<bool> TryAddAsync(
        RollupsDbContext db,
        Guid messageId,
        Guid consumerId,
        DateTimeOffset receivedAt,
        CancellationToken cancellationToken
    )
    {
        object at = db.Database.IsNpgsql() ? receivedAt : new MicrosecondsConverter().ConvertToProvider(receivedAt)!;
        var rows = await db.Database.ExecuteSqlRawAsync(
            "INSERT INTO inbox (message_id, consumer_id, received_at) VALUES ({0}, {1}, {2}) ON CONFLICT DO NOTHING",
            [messageId, consumerId, at],
            cancellationToken
        );
        return rows == 1;
    }
}
