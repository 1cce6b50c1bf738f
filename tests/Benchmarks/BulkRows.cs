using Npgsql;

namespace Rollups.Benchmarks;

/// <summary>Fills a database of a benchmark with SQL, faster than the node would.</summary>
internal static class BulkRows
{
    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Command Timeout=0");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Outputs of one input, in the order of their indexes.</summary>
    public static async Task CopyOutputsAsync(string connectionString, int application, IReadOnlyList<byte[]> outputs)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var writer = await connection.BeginBinaryImportAsync(
            """
            COPY outputs (application_id, "index", input_index, epoch_index, raw_data, is_provisional, created_at, updated_at)
            FROM STDIN (FORMAT BINARY)
            """
        );
        var now = DateTime.UtcNow;
        for (var index = 0; index < outputs.Count; index++)
        {
            await writer.StartRowAsync();
            await writer.WriteAsync(application);
            await writer.WriteAsync((long)index);
            await writer.WriteAsync(0L);
            await writer.WriteAsync(0L);
            await writer.WriteAsync(outputs[index]);
            await writer.WriteAsync(false);
            await writer.WriteAsync(now);
            await writer.WriteAsync(now);
        }

        await writer.CompleteAsync();
    }
}
