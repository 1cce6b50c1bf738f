using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>Writes many inputs or proofs with few statements: each has many rows of values.</summary>
internal static class SqliteRows
{
    private static readonly MicrosecondsConverter Microseconds = new();

    public static async Task AddInputsAsync(RollupsDbContext db, IReadOnlyList<Input> all, CancellationToken cancellationToken)
    {
        foreach (var inputs in RowChunks.Of(all, SqliteResults.MaxRows, row => row.RawData.Length))
        {
            await SqliteResults.ExecuteAsync(
                db,
                "INSERT INTO inputs (application_id, \"index\", epoch_index, block_number, block_hash, raw_data, transaction_hash, "
                    + "log_index, status, created_at, updated_at) VALUES ",
                inputs.Select(row =>
                    (object?[])
                        [
                            row.ApplicationId,
                            row.Index,
                            row.EpochIndex,
                            row.BlockNumber,
                            row.BlockHash.ToByteArray(),
                            row.RawData,
                            row.TransactionHash.ToByteArray(),
                            row.LogIndex,
                            EnumNames.Of(row.Status),
                            Time(row.CreatedAt),
                            Time(row.UpdatedAt),
                        ]
                ),
                "",
                cancellationToken
            );
        }
    }

    // The range keeps the search to the page's rows of the index, whichever plan SQLite chooses.
    public static async Task<int> StoreProofsAsync(RollupsDbContext db, ProofRows rows, CancellationToken cancellationToken)
    {
        var (stored, first) = (0, rows.FirstIndex);
        foreach (var page in RowChunks.Of([.. rows.Hashes.Zip(rows.Siblings)], SqliteResults.MaxRows, row => row.Second.Length))
        {
            stored += await SqliteResults.ExecuteAsync(
                db,
                "WITH row (\"index\", hash, siblings) AS (VALUES ",
                page.Select((row, i) => (object?[])[first + (ulong)i, row.First.ToByteArray(), row.Second]),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    ) UPDATE outputs SET hash = row.hash, siblings = row.siblings, updated_at = {Time(rows.At)}
                    FROM row
                    WHERE outputs.application_id = {rows.ApplicationId} AND outputs.epoch_index = {rows.EpochIndex}
                        AND outputs."index" BETWEEN {first} AND {first + (ulong)page.Count - 1} AND outputs."index" = row."index"
                    """
                ),
                cancellationToken
            );
            first += (ulong)page.Count;
        }

        return stored;
    }

    private static long Time(DateTimeOffset time) => (long)Microseconds.ConvertToProvider(time)!;
}
