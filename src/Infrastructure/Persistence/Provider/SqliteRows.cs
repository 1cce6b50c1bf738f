using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>Writes many inputs or chunks of outputs trees with few statements: each has many rows of values.</summary>
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

    public static async Task AddTreeChunksAsync(
        RollupsDbContext db,
        IReadOnlyList<OutputsTreeChunk> all,
        CancellationToken cancellationToken
    )
    {
        foreach (var chunks in RowChunks.Of(all, SqliteResults.MaxRows, chunk => chunk.Siblings.Length))
        {
            await SqliteResults.ExecuteAsync(
                db,
                "INSERT INTO outputs_tree_chunks (application_id, first_index, level, epoch_index, siblings) VALUES ",
                chunks.Select(chunk => (object?[])[chunk.ApplicationId, chunk.FirstIndex, chunk.Level, chunk.EpochIndex, chunk.Siblings]),
                "",
                cancellationToken
            );
        }
    }

    private static long Time(DateTimeOffset time) => (long)Microseconds.ConvertToProvider(time)!;
}
