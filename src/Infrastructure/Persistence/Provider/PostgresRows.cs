using Microsoft.EntityFrameworkCore;
using Npgsql;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>Writes many inputs or chunks of outputs trees with one statement: the rows are arrays, one per column.</summary>
internal static class PostgresRows
{
    private const int MaxRows = 10_000;

    public static async Task AddInputsAsync(RollupsDbContext db, IReadOnlyList<Input> all, CancellationToken cancellationToken)
    {
        foreach (var inputs in RowChunks.Of(all, MaxRows, row => row.RawData.Length))
        {
            await PostgresInsert.RunAsync(
                db,
                "inputs",
                """
                INSERT INTO inputs (application_id, "index", epoch_index, block_number, block_hash, raw_data, transaction_hash, log_index,
                    status, created_at, updated_at)
                SELECT @application, row."index", row.epoch_index, row.block_number, row.block_hash, row.raw_data, row.transaction_hash,
                    row.log_index, 'NONE', @at, @at
                FROM unnest(@index, @epoch, @block, @hash, @data, @transaction, @log)
                    AS row ("index", epoch_index, block_number, block_hash, raw_data, transaction_hash, log_index)
                """,
                inputs.Count,
                [
                    new NpgsqlParameter<int>("application", inputs[0].ApplicationId),
                    new NpgsqlParameter<DateTimeOffset>("at", inputs[0].CreatedAt.ToUniversalTime()),
                    Numbers("index", inputs, row => row.Index),
                    Numbers("epoch", inputs, row => row.EpochIndex),
                    Numbers("block", inputs, row => row.BlockNumber),
                    Bytes("hash", inputs, row => row.BlockHash.ToByteArray()),
                    Bytes("data", inputs, row => row.RawData),
                    Bytes("transaction", inputs, row => row.TransactionHash.ToByteArray()),
                    Numbers("log", inputs, row => row.LogIndex),
                ],
                cancellationToken
            );
        }
    }

    public static Task<int> AddTreeChunksAsync(
        RollupsDbContext db,
        IReadOnlyList<OutputsTreeChunk> chunks,
        CancellationToken cancellationToken
    ) =>
        db.Database.ExecuteSqlRawAsync(
            """
            INSERT INTO outputs_tree_chunks (application_id, first_index, level, epoch_index, siblings)
            SELECT @application, row.first_index, row.level, @epoch, row.siblings
            FROM unnest(@first, @level, @siblings) AS row (first_index, level, siblings)
            """,
            [
                new NpgsqlParameter<int>("application", chunks[0].ApplicationId),
                new NpgsqlParameter<long>("epoch", checked((long)chunks[0].EpochIndex)),
                Numbers("first", chunks, chunk => chunk.FirstIndex),
                new NpgsqlParameter<int[]>("level", [.. chunks.Select(chunk => chunk.Level)]),
                Bytes("siblings", chunks, chunk => chunk.Siblings),
            ],
            cancellationToken
        );

    // A number above 2^63-1 fails instead of wrapping, as in every other statement.
    private static NpgsqlParameter<long[]> Numbers<TRow>(string name, IEnumerable<TRow> rows, Func<TRow, ulong> value) =>
        new(name, [.. rows.Select(row => checked((long)value(row)))]);

    private static NpgsqlParameter<byte[][]> Bytes<TRow>(string name, IEnumerable<TRow> rows, Func<TRow, byte[]> value) =>
        new(name, [.. rows.Select(value)]);
}
