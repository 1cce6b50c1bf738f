namespace Rollups.Contracts;

/// <summary>An L1 transaction of the node for an epoch.</summary>
public sealed record EpochLifecycleTransaction
{
    /// <summary>What it does, such as SUBMIT_CLAIM.</summary>
    public required string Kind { get; init; }

    /// <summary>PENDING, CONFIRMED, REVERTED, LOST_RACE or DROPPED.</summary>
    public required string Outcome { get; init; }

    /// <summary>Hash of the version that was mined, else of the newest one: 0x and 64 hex digits.</summary>
    public required string Hash { get; init; }

    /// <summary>Nonce of the account.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>Gas units that it may use.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>Wei that the gas costs at most, in decimal digits: it exceeds the numbers of many readers.</summary>
    public required string MaxFee { get; init; }

    /// <summary>L1 block; null until it is mined.</summary>
    public ulong? BlockNumber { get; init; }

    /// <summary>Gas units that it used; null until it is mined.</summary>
    public ulong? GasUsed { get; init; }

    /// <summary>Wei that the gas cost, in decimal digits; null until it is mined.</summary>
    public string? Fee { get; init; }
}
