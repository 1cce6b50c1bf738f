using System.Text.Json;
using Rollups.Ethereum;

namespace Rollups.Messaging;

/// <summary>
/// The rules by which a database's blocks were read. They are stored with the database, so that every service in every process reads by the
/// same rules.
/// </summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="DefaultBlock">Block tag in force: finalized, safe, latest or pending.</param>
/// <param name="ReplaceableUpTo">
/// Highest block that was read at a looser tag than the one in force, until such blocks are known to be final; null otherwise.
/// </param>
internal sealed record StoredChainPolicy(ulong ChainId, string DefaultBlock, ulong? ReplaceableUpTo = null)
{
    // From the strictest to the loosest.
    private static readonly string[] Tags = ["finalized", "safe", "latest", "pending"];

    /// <summary>The tag.</summary>
    public BlockTag Tag => BlockTag.ParseName(DefaultBlock);

    /// <summary>Reads a stored value.</summary>
    public static StoredChainPolicy Parse(string json) => JsonSerializer.Deserialize<StoredChainPolicy>(json, JsonSerializerOptions.Web)!;

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
        var (now, wanted) = (Array.IndexOf(Tags, DefaultBlock), Array.IndexOf(Tags, configured));
        if (wanted == now || (wanted > now && !allowLooser))
            return this;
        // A stricter tag does not make blocks final that were read at the looser one.
        var replaceable = wanted < now && highestRead > 0 ? Math.Max(highestRead, ReplaceableUpTo ?? 0) : ReplaceableUpTo;
        return this with { DefaultBlock = configured, ReplaceableUpTo = replaceable };
    }
}
