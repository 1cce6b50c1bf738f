using Rollups.Cli.Http;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>A transaction in a list, with its newest version's hash and fees.</summary>
internal sealed record TransactionRow(
    ulong EpochIndex,
    TransactionKind Kind,
    TransactionState State,
    Address Signer,
    ulong Nonce,
    Hash32 TransactionHash,
    Address To,
    decimal Value,
    ulong GasLimit,
    ulong MaxFeePerGas,
    ulong MaxPriorityFeePerGas,
    ulong SentAtBlock,
    bool IsCancellation,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt
)
{
    public static TransactionRow Of(L1Transaction row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new(
            row.EpochIndex,
            row.Kind,
            row.State,
            row.Signer,
            row.Nonce,
            row.TransactionHash,
            row.To,
            row.Value,
            row.GasLimit,
            row.MaxFeePerGas,
            row.MaxPriorityFeePerGas,
            row.SentAtBlock,
            row.IsCancellation,
            row.CreatedAt,
            row.UpdatedAt
        );
    }

    /// <summary>The same from the API.</summary>
    public static TransactionRow Of(WireRow row) =>
        new(
            row.Number("epoch_index"),
            row.Word<TransactionKind>("kind"),
            row.Word<TransactionState>("outcome"),
            row.Address("signer"),
            row.Number("nonce"),
            row.Hash("hash"),
            row.Address("to"),
            row.Decimal("value"),
            row.Number("gas_limit"),
            row.Number("max_fee_per_gas"),
            row.Number("max_priority_fee_per_gas"),
            row.Number("sent_at_block"),
            row.Flag("is_cancellation"),
            row.Time("created_at"),
            row.Time("updated_at")
        );
}
