namespace Rollups.Domain;

/// <summary>An earlier version of a <see cref="L1Transaction"/>, with the same nonce and lower fees. It may still be mined.</summary>
public sealed class ReplacedTransaction
{
    /// <summary>The transaction it is a version of.</summary>
    public long TransactionId { get; set; }

    /// <summary>Its hash.</summary>
    public Hash32 TransactionHash { get; set; }

    /// <summary>Wei per gas unit; the gas price of a legacy transaction.</summary>
    public ulong MaxFeePerGas { get; set; }

    /// <summary>Wei per gas unit; 0 in a legacy transaction.</summary>
    public ulong MaxPriorityFeePerGas { get; set; }

    /// <summary>L1 head when it was signed.</summary>
    public ulong SentAtBlock { get; set; }

    /// <summary>When it was replaced.</summary>
    public DateTimeOffset ReplacedAt { get; set; }
}
