using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Stories;

/// <summary>A page of GET /transactions.</summary>
internal sealed record TransactionList
{
    public required IReadOnlyList<EpochTransaction> Transactions { get; init; }

    /// <summary>The filter <c>after</c> of the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>An L1 transaction of the node for an epoch.</summary>
internal sealed record EpochTransaction
{
    public required ulong EpochIndex { get; init; }
    public required TransactionKind Kind { get; init; }
    public required Hash32 Hash { get; init; }

    /// <summary>Pending, or how it ended.</summary>
    public required TransactionState Outcome { get; init; }
    public required Address Signer { get; init; }
    public required ulong Nonce { get; init; }
    public required Address To { get; init; }

    /// <summary>Wei.</summary>
    public required decimal Value { get; init; }

    /// <summary>Whether it only uses up its nonce, so that another transaction never takes effect.</summary>
    public required bool IsCancellation { get; init; }

    /// <summary>What it cost; null until it is mined.</summary>
    public required EpochTransactionCost? Mined { get; init; }

    /// <summary>Gas units.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>Wei per gas unit that the transaction offers at most.</summary>
    public required ulong MaxFeePerGas { get; init; }
    public required ulong MaxPriorityFeePerGas { get; init; }

    /// <summary>Wei that the transaction costs at most, without its value.</summary>
    public required decimal MaxFee { get; init; }
    public required ulong SentAtBlock { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Earlier versions with the same nonce and lower fees; any of them may be the mined one.</summary>
    public required IReadOnlyList<EpochTransactionVersion> Replaced { get; init; }

    public static EpochTransaction Of(StoredTransaction stored)
    {
        var row = stored.Sent;
        return new()
        {
            EpochIndex = row.EpochIndex,
            Kind = row.Kind,
            Hash = row.TransactionHash,
            Outcome = row.State,
            Signer = row.Signer,
            Nonce = row.Nonce,
            To = row.To,
            Value = row.Value,
            IsCancellation = row.IsCancellation,
            Mined = EpochTransactionCost.Of(stored.Mined),
            GasLimit = row.GasLimit,
            MaxFeePerGas = row.MaxFeePerGas,
            MaxPriorityFeePerGas = row.MaxPriorityFeePerGas,
            MaxFee = (decimal)row.GasLimit * row.MaxFeePerGas,
            SentAtBlock = row.SentAtBlock,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
            Replaced =
            [
                .. stored.Replaced.Select(version => new EpochTransactionVersion
                {
                    Hash = version.TransactionHash,
                    MaxFeePerGas = version.MaxFeePerGas,
                    MaxPriorityFeePerGas = version.MaxPriorityFeePerGas,
                    SentAtBlock = version.SentAtBlock,
                    ReplacedAt = version.ReplacedAt,
                }),
            ],
        };
    }
}

/// <summary>An earlier version of a transaction.</summary>
internal sealed record EpochTransactionVersion
{
    public required Hash32 Hash { get; init; }
    public required ulong MaxFeePerGas { get; init; }
    public required ulong MaxPriorityFeePerGas { get; init; }
    public required ulong SentAtBlock { get; init; }
    public required DateTimeOffset ReplacedAt { get; init; }
}

/// <summary>What a mined transaction cost.</summary>
internal sealed record EpochTransactionCost
{
    /// <summary>Hash of the version that was mined.</summary>
    public required Hash32 Hash { get; init; }
    public required ulong BlockNumber { get; init; }

    /// <summary>Gas units.</summary>
    public required ulong GasUsed { get; init; }

    /// <summary>Wei per gas unit.</summary>
    public required ulong EffectiveGasPrice { get; init; }

    /// <summary>Wei, without the value that was sent along.</summary>
    public required decimal Fee { get; init; }

    public static EpochTransactionCost? Of(MinedTransaction? mined) =>
        mined is null
            ? null
            : new EpochTransactionCost
            {
                Hash = mined.TransactionHash,
                BlockNumber = mined.BlockNumber,
                GasUsed = mined.GasUsed,
                EffectiveGasPrice = mined.EffectiveGasPrice,
                Fee = mined.Fee,
            };
}
