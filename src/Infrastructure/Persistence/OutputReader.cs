using Microsoft.EntityFrameworkCore.Storage;

namespace Rollups.Persistence;

/// <summary>
/// Reads outputs that follow each other, in their order, and of each its bytes alone, without an object per output: an epoch may have
/// hundreds of thousands.
/// </summary>
public sealed class OutputReader : IAsyncDisposable
{
    // A condition on the epoch would offer the planner an index that it had to read from end to end.
    private const string Sql = """
        SELECT raw_data FROM outputs WHERE application_id = {0} AND "index" >= {1} AND "index" <= {2} ORDER BY "index"
        """;

    private readonly RelationalDataReader _rows;

    private OutputReader(RelationalDataReader rows) => _rows = rows;

    /// <summary>Begins to read. The connection has no other use until the reader is disposed.</summary>
    /// <param name="db">The context.</param>
    /// <param name="applicationId">The application.</param>
    /// <param name="first">Index of the first output.</param>
    /// <param name="last">Index of the last one.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public static async Task<OutputReader> OpenAsync(
        RollupsDbContext db,
        int applicationId,
        ulong first,
        ulong last,
        CancellationToken cancellationToken
    ) => new(await RawQuery.ReadAsync(db, Sql, [applicationId, checked((long)first), checked((long)last)], cancellationToken));

    /// <summary>Replaces what the batch has by the next outputs. False if there are none.</summary>
    public async Task<bool> ReadAsync(OutputBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.Clear();
        var rows = _rows.DbDataReader;
        while (!batch.IsFull && await rows.ReadAsync(cancellationToken))
        {
            var size = checked((int)rows.GetBytes(0, 0, null, 0, 0));
            var (buffer, offset) = batch.Add(size);
            for (var read = 0; read < size; )
                read += (int)rows.GetBytes(0, read, buffer, offset + read, size - read);
        }

        return batch.Count > 0;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _rows.DisposeAsync();
}
