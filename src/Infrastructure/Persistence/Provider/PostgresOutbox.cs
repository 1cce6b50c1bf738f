using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Rollups.Persistence;

/// <summary>
/// Takes a lane of the outbox. Every event of the node waits for these statements, so they travel together, and the server has parsed them
/// before.
/// </summary>
internal static class PostgresOutbox
{
    // Two statements: the second one sees what the former holder committed before it released the lane.
    private const string Lock = "SELECT lane FROM outbox_lanes WHERE lane = @lane FOR UPDATE";

    private const string Read = """
        SELECT id, lane, created_at, not_before, attempts, message_id, conversation_id, correlation_id, initiator_id, request_id,
            source_address, destination_address, response_address, fault_address, content_type, message_type, expiration_time, headers,
            properties, body
        FROM outbox WHERE lane = @lane AND (not_before IS NULL OR not_before <= @now OR attempts > 0) ORDER BY id LIMIT @limit
        """;

    public static async Task<IReadOnlyList<OutboxMessage>?> TakeLaneAsync(
        RollupsDbContext db,
        short lane,
        bool wait,
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    )
    {
        // Nobody waits for a lane that is only tried, and the messages of one that another replica holds must not be read for nothing.
        if (!wait && !await TryLockAsync(db, lane, cancellationToken))
            return null;
        NpgsqlParameter[] parameters =
        [
            new NpgsqlParameter<short>("lane", lane),
            new NpgsqlParameter<DateTimeOffset>("now", now.ToUniversalTime()),
            new NpgsqlParameter<int>("limit", limit),
        ];
        await using var result = await RawQuery.ReadAsync(db, wait ? $"{Lock}; {Read}" : Read, parameters, cancellationToken);
        var reader = result.DbDataReader;
        if (wait && !(await reader.ReadAsync(cancellationToken) && await reader.NextResultAsync(cancellationToken)))
            return null;
        var messages = new List<OutboxMessage>();
        while (await reader.ReadAsync(cancellationToken))
            messages.Add(Message(reader));
        return messages;
    }

    private static async Task<bool> TryLockAsync(RollupsDbContext db, short lane, CancellationToken cancellationToken) =>
        (
            await db
                .Database.SqlQuery<short>($"SELECT lane FROM outbox_lanes WHERE lane = {lane} FOR UPDATE SKIP LOCKED")
                .ToListAsync(cancellationToken)
        ).Count == 1;

    private static OutboxMessage Message(DbDataReader row) =>
        new()
        {
            Id = row.GetInt64(0),
            Lane = row.GetInt16(1),
            CreatedAt = row.GetFieldValue<DateTimeOffset>(2),
            NotBefore = Value<DateTimeOffset>(row, 3),
            Attempts = row.GetInt16(4),
            MessageId = row.GetGuid(5),
            ConversationId = Value<Guid>(row, 6),
            CorrelationId = Value<Guid>(row, 7),
            InitiatorId = Value<Guid>(row, 8),
            RequestId = Value<Guid>(row, 9),
            SourceAddress = Text(row, 10),
            DestinationAddress = Text(row, 11),
            ResponseAddress = Text(row, 12),
            FaultAddress = Text(row, 13),
            ContentType = row.GetString(14),
            MessageType = row.GetString(15),
            ExpirationTime = Value<DateTimeOffset>(row, 16),
            Headers = Text(row, 17),
            Properties = Text(row, 18),
            Body = row.GetString(19),
        };

    private static T? Value<T>(DbDataReader row, int column)
        where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
