using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Wire;

/// <summary>An output; hash and siblings are null until the epoch's claim is calculated.</summary>
internal sealed record WireOutput
{
    public required ulong EpochIndex { get; init; }
    public required ulong InputIndex { get; init; }
    public required ulong Index { get; init; }
    public required byte[] RawData { get; init; }
    public required WireDecodedOutput? DecodedData { get; init; }
    public required Hash32? Hash { get; init; }
    public required IReadOnlyList<Hash32>? OutputHashesSiblings { get; init; }
    public required Hash32? ExecutionTransactionHash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    public static WireOutput From(Output row, OutputProofs proofs) =>
        new()
        {
            EpochIndex = row.EpochIndex,
            InputIndex = row.InputIndex,
            Index = row.Index,
            RawData = row.RawData,
            DecodedData = WireDecodedOutput.From(row.RawData),
            Hash = proofs.StoredAt(row) is null ? null : Keccak256.Hash(row.RawData),
            OutputHashesSiblings = proofs.Of(row),
            ExecutionTransactionHash = row.ExecutionTransactionHash,
            CreatedAt = row.CreatedAt,
            UpdatedAt = proofs.StoredAt(row) is { } at && at > row.UpdatedAt ? at : row.UpdatedAt,
        };
}
