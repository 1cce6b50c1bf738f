using Npgsql;
using NpgsqlTypes;
using Rollups.Machines;

namespace Rollups.Benchmarks;

/// <summary>
/// The floor: one connection that writes an input's result with prepared statements, all in one round trip, and commits it. It does nothing
/// else: no fence, no machine, no event.
/// </summary>
internal sealed class BareClient : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly int _application;
    private long _outputs;
    private long _reports;

    private BareClient(NpgsqlConnection connection, int application) => (_connection, _application) = (connection, application);

    public static async Task<BareClient> ConnectAsync(string connectionString, int application)
    {
        var text = new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 20, AutoPrepareMinUsages = 1 };
        var connection = new NpgsqlConnection(text.ConnectionString);
        await connection.OpenAsync();
        return new BareClient(connection, application);
    }

    public async Task StoreAsync(long input, AdvanceResult result)
    {
        var now = DateTime.UtcNow;
        await using var transaction = await _connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(_connection, transaction);
        Add(
            batch,
            "UPDATE applications SET processed_inputs = $2 + 1, updated_at = $3 WHERE id = $1 AND processed_inputs = $2",
            _application,
            input,
            now
        );
        Add(
            batch,
            """
            UPDATE inputs SET status = 'ACCEPTED', machine_hash = $3, outputs_merkle_root = $4, updated_at = $5
            WHERE application_id = $1 AND "index" = $2 AND status = 'NONE'
            """,
            _application,
            input,
            result.StateHash.ToByteArray(),
            result.OutputsMerkleRoot.ToByteArray(),
            now
        );
        foreach (var output in result.Outputs)
        {
            Add(
                batch,
                """
                INSERT INTO outputs (application_id, "index", input_index, epoch_index, raw_data, is_provisional, created_at, updated_at)
                VALUES ($1, $2, $3, 0, $4, false, $5, $5)
                """,
                _application,
                _outputs++,
                input,
                output,
                now
            );
        }

        foreach (var report in result.Reports)
        {
            Add(
                batch,
                """
                INSERT INTO reports (application_id, "index", input_index, epoch_index, raw_data, created_at)
                VALUES ($1, $2, $3, 0, $4, $5)
                """,
                _application,
                _reports++,
                input,
                report,
                now
            );
        }

        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static void Add(NpgsqlBatch batch, string text, params object[] values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values)
            command.Parameters.Add(
                value is DateTime
                    ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.TimestampTz }
                    : new NpgsqlParameter { Value = value }
            );
        batch.BatchCommands.Add(command);
    }
}
