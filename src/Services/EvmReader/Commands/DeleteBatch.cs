using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.EvmReader.Commands;

/// <summary>Deletes a bounded number of an application's rows, those first to which no other row refers.</summary>
internal static class DeleteBatch
{
    // Rows per transaction: well below a second on a slow disk.
    private const int Rows = 1_000;

    // Of 8 KiB each.
    private const int Chunks = 200;

    // Each takes its transactions, tournaments and matches with it.
    private const int Epochs = 20;

    /// <summary>Number of rows that were deleted; 0 if there are none left.</summary>
    public static async Task<int> RunAsync(
        RollupsDbContext db,
        int applicationId,
        Address address,
        ulong chainId,
        CancellationToken cancellationToken
    )
    {
        var deleted = await StatesAsync(db, applicationId, cancellationToken);
        if (deleted == 0)
            deleted = await RangeAsync(db.Reports.Where(row => row.ApplicationId == applicationId), cancellationToken);
        if (deleted == 0)
            deleted = await ChunksAsync(db, applicationId, cancellationToken);
        if (deleted == 0)
            deleted = await RangeAsync(db.Outputs.Where(row => row.ApplicationId == applicationId), cancellationToken);
        if (deleted == 0)
            deleted = await RangeAsync(db.Inputs.Where(row => row.ApplicationId == applicationId), cancellationToken);
        return deleted > 0 ? deleted : await EpochsAsync(db, applicationId, address, chainId, cancellationToken);
    }

    // Ranges of the primary key: a sub-query with a limit would read the table once per batch on SQLite. The indexes have no gaps.
    private static async Task<int> RangeAsync(IQueryable<Input> rows, CancellationToken cancellationToken) =>
        await rows.MinAsync(row => (ulong?)row.Index, cancellationToken) is { } first
            ? await rows.Where(row => row.Index < first + Rows).ExecuteDeleteAsync(cancellationToken)
            : 0;

    private static async Task<int> RangeAsync(IQueryable<Output> rows, CancellationToken cancellationToken) =>
        await rows.MinAsync(row => (ulong?)row.Index, cancellationToken) is { } first
            ? await rows.Where(row => row.Index < first + Rows).ExecuteDeleteAsync(cancellationToken)
            : 0;

    private static async Task<int> RangeAsync(IQueryable<Report> rows, CancellationToken cancellationToken) =>
        await rows.MinAsync(row => (ulong?)row.Index, cancellationToken) is { } first
            ? await rows.Where(row => row.Index < first + Rows).ExecuteDeleteAsync(cancellationToken)
            : 0;

    /// <summary>An input has any number of runs of states; at least those of one input go together.</summary>
    private static async Task<int> StatesAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken)
    {
        var rows = db.StateHashes.Where(row => row.ApplicationId == applicationId);
        if (await rows.MinAsync(row => (ulong?)row.InputIndex, cancellationToken) is not { } first)
            return 0;
        var next = await rows.OrderBy(row => row.InputIndex)
            .ThenBy(row => row.Position)
            .Skip(Rows)
            .Select(row => (ulong?)row.InputIndex)
            .FirstOrDefaultAsync(cancellationToken);
        var end = next is { } input ? Math.Max(input, first + 1) : ulong.MaxValue >> 1;
        return await rows.Where(row => row.InputIndex < end).ExecuteDeleteAsync(cancellationToken);
    }

    private static async Task<int> ChunksAsync(RollupsDbContext db, int applicationId, CancellationToken cancellationToken)
    {
        var rows = db.OutputsTreeChunks.Where(row => row.ApplicationId == applicationId);
        var firsts = await rows.OrderBy(row => row.FirstIndex).Select(row => row.FirstIndex).Take(Chunks).ToListAsync(cancellationToken);
        if (firsts.Count == 0)
            return 0;
        var last = firsts[^1];
        return await rows.Where(row => row.FirstIndex <= last).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>With the saga of each, which no foreign key knows.</summary>
    private static async Task<int> EpochsAsync(
        RollupsDbContext db,
        int applicationId,
        Address address,
        ulong chainId,
        CancellationToken cancellationToken
    )
    {
        var rows = db.Epochs.Where(row => row.ApplicationId == applicationId);
        var indexes = await rows.OrderBy(row => row.Index).Select(row => row.Index).Take(Epochs).ToListAsync(cancellationToken);
        if (indexes.Count == 0)
            // An event on its way may have written one after its epoch was gone: it must not meet the application's next registration.
            return await db
                .EpochLifecycles.Where(saga => saga.ChainId == chainId && saga.Application == address)
                .ExecuteDeleteAsync(cancellationToken);
        var sagas = indexes.ConvertAll(index => EpochCorrelation.Id(chainId, address.ToString(), index));
        await db.EpochLifecycles.Where(saga => sagas.Contains(saga.CorrelationId)).ExecuteDeleteAsync(cancellationToken);
        var last = indexes[^1];
        await AccountedNonces.ForgetAsync(db, applicationId, last, cancellationToken);
        return await rows.Where(row => row.Index <= last).ExecuteDeleteAsync(cancellationToken);
    }
}
