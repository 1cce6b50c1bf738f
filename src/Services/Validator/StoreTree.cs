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
    private const int OutputsPerPage = 4_096;

    // One batch is hashed while the next is read, and while the chunks before it are stored.
    private OutputBatch _read = new();
    private OutputBatch _hashed = new();
    private Task _hashing = Task.CompletedTask;

    private IQueryable<Output> Outputs =>
        db.Outputs.Where(row => row.ApplicationId == epoch.ApplicationId && row.EpochIndex == epoch.Index);

    /// <summary>Stores the chunks, in the unit of work that the caller has begun, and makes the tree, which the caller stores.</summary>
    /// <returns>Null if no proof is stored of the output before the epoch's first, whose index is <paramref name="first"/>.</returns>
    public async Task<BuiltTree?> RunAsync(ulong first, ulong last, CancellationToken cancellationToken)
    {
        if (ClaimCalculation.FrontierBefore(first, await PreviousAsync(first, cancellationToken)) is not { } before)
            return null;
        var builder = new OutputsTreeBuilder(epoch.ApplicationId, epoch.Index, before, last - first + 1);
        try
        {
            for (var from = first; from <= last; from += OutputsPerPage)
            {
                var chunks = await AddPageAsync(builder, from, Math.Min(last, from + OutputsPerPage - 1), cancellationToken);
                await StoreAsync(chunks, cancellationToken);
            }
        }
        finally
        {
            await _hashing;
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

    /// <summary>Outputs of an epoch are neighbours. Returns the chunks that are finished; the last batch may still be hashed.</summary>
    private async Task<IReadOnlyList<OutputsTreeChunk>> AddPageAsync(
        OutputsTreeBuilder builder,
        ulong first,
        ulong last,
        CancellationToken cancellationToken
    )
    {
        var chunks = new List<OutputsTreeChunk>();
        await using var outputs = await OutputReader.OpenAsync(db, epoch.ApplicationId, first, last, cancellationToken);
        while (await outputs.ReadAsync(_read, cancellationToken))
        {
            await _hashing;
            chunks.AddRange(builder.TakeChunks());
            (_read, _hashed) = (_hashed, _read);
            var batch = _hashed;
            _hashing = Task.Run(() => Add(builder, batch), CancellationToken.None);
        }

        return chunks;
    }

    private static void Add(OutputsTreeBuilder builder, OutputBatch outputs)
    {
        for (var i = 0; i < outputs.Count; i++)
            builder.Add(Keccak256.Hash(outputs[i]));
    }

    private Task StoreAsync(IReadOnlyList<OutputsTreeChunk> chunks, CancellationToken cancellationToken) =>
        chunks.Count == 0 ? Task.CompletedTask : database.AddTreeChunksAsync(db, chunks, cancellationToken);
}
