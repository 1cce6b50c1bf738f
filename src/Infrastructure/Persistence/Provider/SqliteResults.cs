using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>Writes the results of a batch with few statements: each has many rows of values.</summary>
internal static class SqliteResults
{
    // SQLite takes at most 32,766 values per statement.
    public const int MaxRows = 2000;

    private static readonly MicrosecondsConverter Microseconds = new();

    /// <returns>Number of inputs that had no result before.</returns>
    public static async Task<int> StoreAsync(RollupsDbContext db, ResultRows rows, CancellationToken cancellationToken)
    {
        var (application, at) = (rows.ApplicationId, (long)Microseconds.ConvertToProvider(rows.At)!);
        var stored = 0;
        foreach (var inputs in RowChunks.Of(rows.Inputs, MaxRows, row => row.ExceptionData?.Length ?? 0))
            stored += await StoreInputsAsync(db, application, at, inputs, cancellationToken);
        if (stored < rows.Inputs.Count)
            return stored;
        foreach (var outputs in RowChunks.Of(rows.Outputs, MaxRows, row => row.RawData.Length))
        {
            await ExecuteAsync(
                db,
                "INSERT INTO outputs (application_id, \"index\", input_index, epoch_index, raw_data, is_provisional, created_at, "
                    + "updated_at) VALUES ",
                outputs.Select(row => (object?[])[application, row.Index, row.InputIndex, row.EpochIndex, row.RawData, false, at, at]),
                "",
                cancellationToken
            );
        }

        foreach (var reports in RowChunks.Of(rows.Reports, MaxRows, row => row.RawData.Length))
        {
            await ExecuteAsync(
                db,
                "INSERT INTO reports (application_id, \"index\", input_index, epoch_index, raw_data, created_at) VALUES ",
                reports.Select(row => (object?[])[application, row.Index, row.InputIndex, row.EpochIndex, row.RawData, at]),
                "",
                cancellationToken
            );
        }

        foreach (var states in RowChunks.Of(rows.States, MaxRows, _ => Hash32.Size))
        {
            await ExecuteAsync(
                db,
                "INSERT INTO state_hashes (application_id, epoch_index, input_index, \"position\", machine_hash, repetitions) VALUES ",
                states.Select(row =>
                    (object?[])[application, row.EpochIndex, row.InputIndex, row.Position, row.MachineHash.ToByteArray(), row.Repetitions]
                ),
                "",
                cancellationToken
            );
        }

        return stored;
    }

    // The range keeps the search to the batch's rows of the index, whichever plan SQLite chooses.
    private static Task<int> StoreInputsAsync(
        RollupsDbContext db,
        int application,
        long at,
        ArraySegment<InputResult> inputs,
        CancellationToken cancellationToken
    ) =>
        ExecuteAsync(
            db,
            "WITH row (\"index\", epoch_index, status, machine_hash, outputs_merkle_root, exception_data) AS (VALUES ",
            inputs.Select(row =>
                (object?[])
                    [
                        row.Index,
                        row.EpochIndex,
                        EnumNames.Of(row.Status),
                        row.MachineHash.ToByteArray(),
                        row.OutputsMerkleRoot.ToByteArray(),
                        row.ExceptionData,
                    ]
            ),
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                ) UPDATE inputs SET status = row.status, machine_hash = row.machine_hash, outputs_merkle_root = row.outputs_merkle_root,
                    exception_data = row.exception_data, updated_at = {at}
                FROM row
                WHERE inputs.application_id = {application} AND inputs."index" BETWEEN {inputs[0].Index} AND {inputs[^1].Index}
                    AND inputs."index" = row."index" AND inputs.epoch_index = row.epoch_index AND inputs.status = 'NONE'
                """
            ),
            cancellationToken
        );

    public static Task<int> ExecuteAsync(
        RollupsDbContext db,
        string before,
        IEnumerable<object?[]> rows,
        string after,
        CancellationToken cancellationToken
    )
    {
        var parameters = new List<SqliteParameter>();
        var lists = rows.Select(row => $"({string.Join(", ", row.Select(Add))})").ToList();
        var sql = before + string.Join(", ", lists) + after;
        return db.Database.ExecuteSqlRawAsync(sql, parameters, cancellationToken);

        string Add(object? value)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"@p{parameters.Count}");
            // The same check as for every other number: above 2^63-1 it fails instead of wrapping.
            parameters.Add(new SqliteParameter(name, value is ulong number ? checked((long)number) : value ?? DBNull.Value));
            return name;
        }
    }
}
