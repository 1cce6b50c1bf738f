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

    /// <summary>Many rows at once, in the order of their ids, so that two such statements cannot wait for each other.</summary>
    public static async Task<HashSet<Guid>> AddAsync(
        RollupsDbContext db,
        IReadOnlyList<Guid> messageIds,
        Guid consumerId,
        DateTimeOffset receivedAt,
        CancellationToken cancellationToken
    )
    {
        object at = db.Database.IsNpgsql() ? receivedAt : new MicrosecondsConverter().ConvertToProvider(receivedAt)!;
        var rows = string.Join(", ", Enumerable.Range(2, messageIds.Count).Select(row => $"({{{row}}}, {{0}}, {{1}})"));
        var sql = $"INSERT INTO inbox (message_id, consumer_id, received_at) VALUES {rows} ON CONFLICT DO NOTHING RETURNING message_id";
        object[] values = [consumerId, at, .. messageIds.Order().Cast<object>()];
        return [.. await db.Database.SqlQueryRaw<Guid>(sql, values).ToListAsync(cancellationToken)];
    }
}
