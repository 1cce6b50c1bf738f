using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Validator;

/// <summary>
/// Appends the stored outputs of an epoch to the outputs tree and stores what proves them. Reads and writes page by page: neither the
/// outputs nor the tree of an epoch may fit in memory.
/// </summary>
internal sealed class StoreTree(RollupsDbContext db, IDatabaseProvider database, Epoch epoch)
{
    private const int OutputsPerPage = 16_384;
    private const int OutputsPerBatch = 512;
    private const int BytesPerBatch = 1 << 20;

    private IQueryable<Output> Outputs =>
        db.Outputs.Where(row => row.ApplicationId == epoch.ApplicationId && row.EpochIndex == epoch.Index);

    /// <summary>Stores the chunks, in the unit of work that the caller has begun, and makes the tree, which the caller stores.</summary>
    /// <returns>Null if no proof is stored of the output before the epoch's first, whose index is <paramref name="first"/>.</returns>
    public async Task<BuiltTree?> RunAsync(ulong first, ulong last, CancellationToken cancellationToken)
    {
        if (ClaimCalculation.FrontierBefore(first, await PreviousAsync(first, cancellationToken)) is not { } before)
            return null;
        var builder = new OutputsTreeBuilder(epoch.ApplicationId, epoch.Index, before, last - first + 1);
        for (var from = first; from <= last; from += OutputsPerPage)
        {
            await AddPageAsync(builder, from, Math.Min(last, from + OutputsPerPage - 1), cancellationToken);
            await StoreAsync(builder.TakeChunks(), cancellationToken);
        }

        var (root, tree) = builder.Finish();
        await StoreAsync(builder.TakeChunks(), cancellationToken);
        return new BuiltTree(root, tree);
    }

    /// <summary>Indexes of the epoch's first and last output; null if it has none.</summary>
    public async Task<(ulong First, ulong Last)?> RangeAsync(CancellationToken cancellationToken)
    {
        // An index has the outputs of an epoch in this order.
        var range = await db
            .Applications.Where(app => app.Id == epoch.ApplicationId)
            .Select(_ => new
            {
                First = Outputs.OrderBy(row => row.InputIndex).ThenBy(row => row.Index).Select(row => (ulong?)row.Index).FirstOrDefault(),
                Last = Outputs
                    .OrderByDescending(row => row.InputIndex)
                    .ThenByDescending(row => row.Index)
                    .Select(row => (ulong?)row.Index)
                    .FirstOrDefault(),
            })
            .SingleAsync(cancellationToken);
        return range is { First: { } first, Last: { } last } ? (first, last) : null;
    }

    /// <summary>Takes back the chunks of a tree that is not stored after all.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) =>
        db
            .OutputsTreeChunks.Where(row => row.ApplicationId == epoch.ApplicationId && row.EpochIndex == epoch.Index)
            .ExecuteDeleteAsync(cancellationToken);

    private async Task<(Output, Hash32[]?)?> PreviousAsync(ulong first, CancellationToken cancellationToken)
    {
        if (first == 0)
            return null;
        var previous = await db
            .Outputs.AsNoTracking()
            .SingleOrDefaultAsync(row => row.ApplicationId == epoch.ApplicationId && row.Index == first - 1, cancellationToken);
        return previous is null ? null : (previous, (await OutputProofs.ReadAsync(db, [previous], cancellationToken)).Of(previous));
    }

    // Outputs of an epoch are neighbours. A condition on the epoch would offer the planner an index that it had to read from end to end.
    private async Task AddPageAsync(OutputsTreeBuilder builder, ulong first, ulong last, CancellationToken cancellationToken)
    {
        var page = db
            .Outputs.Where(row => row.ApplicationId == epoch.ApplicationId && row.Index >= first && row.Index <= last)
            .OrderBy(row => row.Index)
            .Select(row => row.RawData);
        // One batch is hashed while the next is read.
        var (batch, bytes, hashed) = (new List<byte[]>(), 0, Task.CompletedTask);
        await foreach (var output in page.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            batch.Add(output);
            bytes += output.Length;
            if (batch.Count < OutputsPerBatch && bytes < BytesPerBatch)
                continue;
            await hashed;
            var full = batch;
            hashed = Task.Run(() => Add(builder, full), CancellationToken.None);
            (batch, bytes) = ([], 0);
        }

        await hashed;
        Add(builder, batch);
    }

    private static void Add(OutputsTreeBuilder builder, List<byte[]> outputs)
    {
        foreach (var output in outputs)
            builder.Add(Keccak256.Hash(output));
    }

    private Task StoreAsync(IReadOnlyList<OutputsTreeChunk> chunks, CancellationToken cancellationToken) =>
        chunks.Count == 0 ? Task.CompletedTask : database.AddTreeChunksAsync(db, chunks, cancellationToken);
}
