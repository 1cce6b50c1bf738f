using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Stories;

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
