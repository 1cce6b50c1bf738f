namespace Rollups.Domain;

/// <summary>What a <see cref="L1Transaction"/> cost, from its receipt.</summary>
public sealed class MinedTransaction
{
    /// <summary>The transaction.</summary>
    public long TransactionId { get; set; }

    /// <summary>Hash of the version that was mined.</summary>
    public Hash32 TransactionHash { get; set; }

    /// <summary>L1 block.</summary>
    public ulong BlockNumber { get; set; }

    /// <summary>Gas units.</summary>
    public ulong GasUsed { get; set; }

    /// <summary>Wei per gas unit.</summary>
    public ulong EffectiveGasPrice { get; set; }

    /// <summary>Wei that the gas cost, without the value that was sent along.</summary>
    public decimal Fee => (decimal)GasUsed * EffectiveGasPrice;
}
