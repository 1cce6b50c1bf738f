using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>
/// The proofs of outputs, each in the tree after the last output of its epoch. They are built when they are read: outputs of one epoch
/// share nearly all of what is stored.
/// </summary>
public sealed class OutputProofs
{
    private readonly Dictionary<ulong, OutputsTree> _trees;
    private readonly Dictionary<(ulong FirstIndex, int Level), byte[]> _chunks;

    private OutputProofs(Dictionary<ulong, OutputsTree> trees, Dictionary<(ulong, int), byte[]> chunks)
    {
        _trees = trees;
        _chunks = chunks;
    }

    /// <summary>
    /// Reads what proves these outputs: one statement for their epochs, and one more if any of those is large. Each row is read once,
    /// however many of the outputs need it.
    /// </summary>
    /// <param name="db">The database.</param>
    /// <param name="outputs">Outputs of one application.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task<OutputProofs> ReadAsync(
        RollupsDbContext db,
        IReadOnlyCollection<Output> outputs,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(outputs);
        if (outputs.Count == 0)
            return new OutputProofs([], []);
        var application = outputs.First().ApplicationId;
        var epochs = outputs.Select(output => output.EpochIndex).Distinct().ToList();
        var trees = await db
            .OutputsTrees.AsNoTracking()
            .Where(tree => tree.ApplicationId == application && epochs.Contains(tree.EpochIndex))
            .ToDictionaryAsync(tree => tree.EpochIndex, cancellationToken);
        var needed = outputs
            .Where(output => trees.ContainsKey(output.EpochIndex))
            .SelectMany(output => trees[output.EpochIndex].ChunksOf(output.Index))
            .ToHashSet();
        if (needed.Count == 0)
            return new OutputProofs(trees, []);
        var (firsts, levels) = (needed.Select(key => key.FirstIndex).Distinct().ToList(), needed.Max(key => key.Level));
        var chunks = await db
            .OutputsTreeChunks.Where(chunk =>
                chunk.ApplicationId == application && firsts.Contains(chunk.FirstIndex) && chunk.Level <= levels
            )
            .Select(chunk => new
            {
                chunk.FirstIndex,
                chunk.Level,
                chunk.Siblings,
            })
            .ToDictionaryAsync(chunk => (chunk.FirstIndex, chunk.Level), chunk => chunk.Siblings, cancellationToken);
        return new OutputProofs(trees, chunks);
    }

    /// <summary>When the output got its proof; null if it has none yet, because its epoch has no claim.</summary>
    public DateTimeOffset? StoredAt(Output output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return _trees.GetValueOrDefault(output.EpochIndex)?.CreatedAt;
    }

    /// <summary>The 63 siblings of one of the outputs, bottom-up; null if it has no proof yet, because its epoch has no claim.</summary>
    public Hash32[]? Of(Output output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return _trees.GetValueOrDefault(output.EpochIndex)?.Prove(output.Index, _chunks);
    }
}
