using Microsoft.EntityFrameworkCore;
using Npgsql;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>Writes many inputs or proofs with one statement: the rows are arrays, one per column.</summary>
internal static class PostgresRows
{
    private const int MaxRows = 10_000;

    public static async Task AddInputsAsync(RollupsDbContext db, IReadOnlyList<Input> all, CancellationToken cancellationToken)
    {
        foreach (var inputs in RowChunks.Of(all, MaxRows, row => row.RawData.Length))
        {
            await db.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO inputs (application_id, "index", epoch_index, block_number, block_hash, raw_data, transaction_hash, log_index,
                    status, created_at, updated_at)
                SELECT @application, row."index", row.epoch_index, row.block_number, row.block_hash, row.raw_data, row.transaction_hash,
                    row.log_index, 'NONE', @at, @at
                FROM unnest(@index, @epoch, @block, @hash, @data, @transaction, @log)
                    AS row ("index", epoch_index, block_number, block_hash, raw_data, transaction_hash, log_index)
                """,
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

    // The range keeps the search to the page's rows of the index, whichever plan the server chooses.
    public static Task<int> StoreProofsAsync(RollupsDbContext db, ProofRows rows, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(
            """
            UPDATE outputs AS output SET hash = row.hash, siblings = row.siblings, updated_at = @at
            FROM unnest(@hash, @siblings) WITH ORDINALITY AS row (hash, siblings, number)
            WHERE output.application_id = @application AND output."index" BETWEEN @first AND @last
                AND output."index" = @first + row.number - 1 AND output.epoch_index = @epoch
            """,
            [
                new NpgsqlParameter<int>("application", rows.ApplicationId),
                new NpgsqlParameter<long>("epoch", (long)rows.EpochIndex),
                new NpgsqlParameter<DateTimeOffset>("at", rows.At.ToUniversalTime()),
                new NpgsqlParameter<long>("first", (long)rows.FirstIndex),
                new NpgsqlParameter<long>("last", (long)rows.FirstIndex + rows.Hashes.Count - 1),
                Bytes("hash", rows.Hashes, hash => hash.ToByteArray()),
                Bytes("siblings", rows.Siblings, siblings => siblings),
            ],
            cancellationToken
        );

    // A number above 2^63-1 fails instead of wrapping, as in every other statement.
    private static NpgsqlParameter<long[]> Numbers<TRow>(string name, IEnumerable<TRow> rows, Func<TRow, ulong> value) =>
        new(name, [.. rows.Select(row => checked((long)value(row)))]);

    private static NpgsqlParameter<byte[][]> Bytes<TRow>(string name, IEnumerable<TRow> rows, Func<TRow, byte[]> value) =>
        new(name, [.. rows.Select(value)]);
}
