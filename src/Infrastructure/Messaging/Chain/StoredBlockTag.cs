using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>The block tag by which the database's blocks are read, for processes that do not read L1 themselves.</summary>
public static class StoredBlockTag
{
    /// <summary>finalized, safe, latest or pending; null before a process that reads L1 has used the database.</summary>
    public static async Task<string?> ReadAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        return (await StoredChainPolicy.ReadAsync(db, cancellationToken))?.Policy.DefaultBlock;
    }
}
