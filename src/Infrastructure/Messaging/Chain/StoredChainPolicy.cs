using System.Text.Json;
using Rollups.Ethereum;

namespace Rollups.Messaging;

/// <summary>The rules by which a database's blocks were read. They outlive each process, so that no service reads by other ones.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="DefaultBlock">Block tag in force: finalized, safe, latest or pending.</param>
/// <param name="ReplaceableUpTo">
/// Highest block that was read by a looser tag than the one in force, while such blocks are not known to be final; null otherwise.
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
    /// The rules that hold once a process is configured with that tag. A stricter tag replaces the stored one at once. A looser tag would
    /// let in blocks that the stored cursors promise to be firmer, so it replaces the stored one only where the operator allows it.
    /// </summary>
    /// <param name="configured">finalized, safe, latest or pending.</param>
    /// <param name="allowLooser">Whether a looser tag may replace the stored one.</param>
    /// <param name="highestRead">Highest block that any application was read up to; 0 where nothing was read.</param>
    public StoredChainPolicy Under(string configured, bool allowLooser, ulong highestRead)
    {
        var (now, wanted) = (Array.IndexOf(Tags, DefaultBlock), Array.IndexOf(Tags, configured));
        if (wanted == now || (wanted > now && !allowLooser))
            return this;
        // What was read by the looser tag is not final because a stricter one is in force now.
        var replaceable = wanted < now && highestRead > 0 ? Math.Max(highestRead, ReplaceableUpTo ?? 0) : ReplaceableUpTo;
        return this with { DefaultBlock = configured, ReplaceableUpTo = replaceable };
    }
}
