using Microsoft.EntityFrameworkCore;
using Npgsql;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>Writes the results of a batch with one statement per table: the rows are arrays, one per column.</summary>
internal static class PostgresResults
{
    private const int MaxRows = 10_000;

    /// <returns>Number of inputs that had no result before.</returns>
    public static async Task<int> StoreAsync(RollupsDbContext db, ResultRows rows, CancellationToken cancellationToken)
    {
        var stored = await StoreInputsAsync(db, rows, cancellationToken);
        if (stored < rows.Inputs.Count)
            return stored;
        foreach (var outputs in RowChunks.Of(rows.Outputs, MaxRows, row => row.RawData.Length))
        {
            await PostgresInsert.RunAsync(
                db,
                "outputs",
                """
                INSERT INTO outputs (application_id, "index", input_index, epoch_index, raw_data, is_provisional, created_at, updated_at)
                SELECT @application, row."index", row.input_index, row.epoch_index, row.raw_data, false, @at, @at
                FROM unnest(@index, @input, @epoch, @data) AS row ("index", input_index, epoch_index, raw_data)
                """,
                outputs.Count,
                [
                    .. Shared(rows),
                    Column("index", outputs, row => (long)row.Index),
                    Column("input", outputs, row => (long)row.InputIndex),
                    Column("epoch", outputs, row => (long)row.EpochIndex),
                    Column("data", outputs, row => row.RawData),
                ],
                cancellationToken
            );
        }

        foreach (var reports in RowChunks.Of(rows.Reports, MaxRows, row => row.RawData.Length))
        {
            await PostgresInsert.RunAsync(
                db,
                "reports",
                """
                INSERT INTO reports (application_id, "index", input_index, epoch_index, raw_data, created_at)
                SELECT @application, row."index", row.input_index, row.epoch_index, row.raw_data, @at
                FROM unnest(@index, @input, @epoch, @data) AS row ("index", input_index, epoch_index, raw_data)
                """,
                reports.Count,
                [
                    .. Shared(rows),
                    Column("index", reports, row => (long)row.Index),
                    Column("input", reports, row => (long)row.InputIndex),
                    Column("epoch", reports, row => (long)row.EpochIndex),
                    Column("data", reports, row => row.RawData),
                ],
                cancellationToken
            );
        }

        foreach (var states in RowChunks.Of(rows.States, MaxRows, _ => Hash32.Size))
        {
            await db.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO state_hashes (application_id, epoch_index, input_index, "position", machine_hash, repetitions)
                SELECT @application, row.epoch_index, row.input_index, row."position", row.machine_hash, row.repetitions
                FROM unnest(@epoch, @input, @position, @hash, @repetitions)
                    AS row (epoch_index, input_index, "position", machine_hash, repetitions)
                """,
                [
                    new NpgsqlParameter<int>("application", rows.ApplicationId),
                    Column("epoch", states, row => (long)row.EpochIndex),
                    Column("input", states, row => (long)row.InputIndex),
                    Column("position", states, row => (long)row.Position),
                    Column("hash", states, row => row.MachineHash.ToByteArray()),
                    Column("repetitions", states, row => (long)row.Repetitions),
                ],
                cancellationToken
            );
        }

        return stored;
    }

    // The range keeps the search to the batch's rows of the index, whichever plan the server chooses. While the table's statistics are
    // older than its rows, the server expects one row in the range, and would compare each row with each result.
    private static Task<int> StoreInputsAsync(RollupsDbContext db, ResultRows rows, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(
            """
            SET LOCAL enable_nestloop = off;
            UPDATE inputs AS input SET status = row.status, machine_hash = row.machine_hash, outputs_merkle_root = row.outputs_merkle_root,
                exception_data = row.exception_data, updated_at = @at
            FROM unnest(@index, @epoch, @status, @machine, @outputs, @exception)
                AS row ("index", epoch_index, status, machine_hash, outputs_merkle_root, exception_data)
            WHERE input.application_id = @application AND input."index" BETWEEN @first AND @last AND input."index" = row."index"
                AND input.epoch_index = row.epoch_index AND input.status = 'NONE';
            SET LOCAL enable_nestloop TO DEFAULT
            """,
            [
                .. Shared(rows),
                new NpgsqlParameter<long>("first", (long)rows.Inputs[0].Index),
                new NpgsqlParameter<long>("last", (long)rows.Inputs[^1].Index),
                Column("index", rows.Inputs, row => (long)row.Index),
                Column("epoch", rows.Inputs, row => (long)row.EpochIndex),
                Column("status", rows.Inputs, row => EnumNames.Of(row.Status)),
                Column("machine", rows.Inputs, row => row.MachineHash.ToByteArray()),
                Column("outputs", rows.Inputs, row => row.OutputsMerkleRoot.ToByteArray()),
                Column("exception", rows.Inputs, row => row.ExceptionData!),
            ],
            cancellationToken
        );

    private static NpgsqlParameter[] Shared(ResultRows rows) =>
        [
            new NpgsqlParameter<int>("application", rows.ApplicationId),
            new NpgsqlParameter<DateTimeOffset>("at", rows.At.ToUniversalTime()),
        ];

    private static NpgsqlParameter<TValue[]> Column<TRow, TValue>(string name, IEnumerable<TRow> rows, Func<TRow, TValue> value) =>
        new(name, [.. rows.Select(value)]);
}
