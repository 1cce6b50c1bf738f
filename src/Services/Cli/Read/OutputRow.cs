using Rollups.Cli.Http;
using Rollups.Cli.Output;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Cli.Read;

/// <summary>An output in a list.</summary>
internal sealed record OutputRow(
    ulong Index,
    ulong EpochIndex,
    ulong InputIndex,
    string Kind,
    Address? Destination,
    string? Value,
    byte[] Payload,
    Hash32? Hash,
    bool HasProof,
    Hash32? ExecutionTransactionHash,
    ulong? ExecutionBlockNumber,
    bool? IsProvisional,
    DateTimeOffset CreatedAt
)
{
    public static OutputRow Of(Domain.Output output, OutputProofs proofs)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(proofs);
        var hasProof = proofs.StoredAt(output) is not null;
        var decoded = ShownOutput.Of(output.RawData);
        return new(
            output.Index,
            output.EpochIndex,
            output.InputIndex,
            decoded.Kind,
            decoded.Destination,
            decoded.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            decoded.Payload,
            hasProof ? Keccak256.Hash(output.RawData) : null,
            hasProof,
            output.ExecutionTransactionHash,
            output.ExecutionBlockNumber,
            output.IsProvisional,
            output.CreatedAt
        );
    }

    /// <summary>The same from the API.</summary>
    public static OutputRow Of(WireRow row)
    {
        var decoded = ShownOutput.Of(row.Bytes("raw_data"));
        return new(
            row.Number("index"),
            row.Number("epoch_index"),
            row.Number("input_index"),
            decoded.Kind,
            decoded.Destination,
            decoded.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            decoded.Payload,
            row.FindHash("hash"),
            row.FindHashes("output_hashes_siblings") is not null,
            row.FindHash("execution_transaction_hash"),
            null,
            null,
            row.Time("created_at")
        );
    }
}
