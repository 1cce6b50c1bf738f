using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence;

/// <summary>
/// The rules by which a database's blocks were read. They are stored with the database, so that every service in every process reads by the
/// same rules.
/// </summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="DefaultBlock">Block tag in force: finalized, safe, latest or pending.</param>
/// <param name="ReplaceableUpTo">
/// Highest block that was read at a looser tag than the one in force, until such blocks are known to be final; null otherwise.
/// </param>
public sealed record StoredChainPolicy(ulong ChainId, string DefaultBlock, ulong? ReplaceableUpTo = null)
{
    /// <summary>Key of the row in <see cref="NodeConfiguration"/>.</summary>
    public const string Key = "chain";

    // From the strictest to the loosest.
    private static readonly string[] Tags = ["finalized", "safe", "latest", "pending"];

    /// <summary>Reads a stored value.</summary>
    public static StoredChainPolicy Parse(string json) => JsonSerializer.Deserialize<StoredChainPolicy>(json, JsonSerializerOptions.Web)!;

    /// <summary>The rules, and the value that holds them; null before a process that reads L1 has used the database.</summary>
    public static async Task<(StoredChainPolicy Policy, string Json)?> ReadAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var json = await db
            .NodeConfigurations.AsNoTracking()
            .Where(row => row.Key == Key)
            .Select(row => row.Value)
            .SingleOrDefaultAsync(cancellationToken);
        return json is null ? null : (Parse(json), json);
    }

    /// <summary>Stores these rules; false if another process has replaced the value since it was read.</summary>
    /// <param name="db">Context of the transaction.</param>
    /// <param name="before">The value that was read.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task<bool> ReplaceAsync(RollupsDbContext db, string before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var value = ToJson();
        return await db
                .NodeConfigurations.Where(row => row.Key == Key && row.Value == before)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Value, value), cancellationToken) == 1;
    }

    /// <summary>Whether these rules admit blocks that the others do not.</summary>
    public bool IsLooserThan(StoredChainPolicy other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Rank(DefaultBlock) > Rank(other.DefaultBlock);
    }

    /// <summary>The value to store.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>
    /// The rules in force once a process is configured with this tag. A stricter tag replaces the stored one at once. A looser tag would
    /// admit blocks that are less final than the stored cursors promise, so it replaces the stored one only if the operator allows it.
    /// </summary>
    /// <param name="configured">finalized, safe, latest or pending.</param>
    /// <param name="allowLooser">Whether a looser tag may replace the stored one.</param>
    /// <param name="highestRead">Highest block that any application was read up to; 0 if none was read.</param>
    public StoredChainPolicy Under(string configured, bool allowLooser, ulong highestRead)
    {
        var (now, wanted) = (Rank(DefaultBlock), Rank(configured));
        // A stricter tag does not make blocks final that were read at the looser one. A process that was not restarted since reads on at
        // the looser one, so each later start raises the block.
        var replaceable =
            highestRead > 0 && (wanted < now || ReplaceableUpTo is not null)
                ? Math.Max(highestRead, ReplaceableUpTo ?? 0)
                : ReplaceableUpTo;
        return this with
        {
            DefaultBlock = wanted < now || (wanted > now && allowLooser) ? configured : DefaultBlock,
            ReplaceableUpTo = replaceable,
        };
    }

    private static int Rank(string tag) => Array.IndexOf(Tags, tag);
}
