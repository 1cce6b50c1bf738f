using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>An L1 transaction of the node, with what became of it.</summary>
/// <param name="Sent">Its newest version.</param>
/// <param name="Replaced">Earlier versions with the same nonce and lower fees, the oldest first; any of them may be the mined one.</param>
/// <param name="Mined">What it cost; null until it is mined, and for one that an earlier version of the node saw mined.</param>
public sealed record StoredTransaction(L1Transaction Sent, IReadOnlyList<ReplacedTransaction> Replaced, MinedTransaction? Mined)
{
    // An epoch has hardly more than two; the limit only bounds the answer.
    private const int Most = 200;

    /// <summary>Those of an epoch, the oldest first, at most 200.</summary>
    public static async Task<IReadOnlyList<StoredTransaction>> OfEpochAsync(
        RollupsDbContext db,
        int applicationId,
        ulong epochIndex,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        var sent = await db
            .Transactions.AsNoTracking()
            .Where(row => row.ApplicationId == applicationId && row.EpochIndex == epochIndex)
            .OrderBy(row => row.Id)
            .Take(Most)
            .ToListAsync(cancellationToken);
        return await WithFatesAsync(db, sent, cancellationToken);
    }

    /// <summary>Adds to each transaction its earlier versions and its cost, in their order: two queries, however many they are.</summary>
    public static async Task<IReadOnlyList<StoredTransaction>> WithFatesAsync(
        RollupsDbContext db,
        IReadOnlyList<L1Transaction> sent,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(sent);
        if (sent.Count == 0)
            return [];
        var ids = sent.Select(row => row.Id).ToList();
        var replaced = await db
            .ReplacedTransactions.AsNoTracking()
            .Where(version => ids.Contains(version.TransactionId))
            .OrderBy(version => version.ReplacedAt)
            .ToListAsync(cancellationToken);
        var versions = replaced.ToLookup(version => version.TransactionId);
        var mined = await db
            .MinedTransactions.AsNoTracking()
            .Where(cost => ids.Contains(cost.TransactionId))
            .ToDictionaryAsync(cost => cost.TransactionId, cancellationToken);
        return [.. sent.Select(row => new StoredTransaction(row, [.. versions[row.Id]], mined.GetValueOrDefault(row.Id)))];
    }
}
