using System.Numerics;
using System.Text.Json.Serialization;
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

/// <summary>The content of a notice, a voucher or a delegate-call voucher; null for every other output.</summary>
internal sealed record WireDecodedOutput
{
    public required OutputKind Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required Address? Destination { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required BigInteger? Value { get; init; }
    public required byte[] Payload { get; init; }

    public static WireDecodedOutput? From(byte[] raw) =>
        Outputs.TryDecode(raw) is { } output
            ? new WireDecodedOutput
            {
                Type = output.Kind,
                Destination = output.Destination,
                Value = output.Value,
                Payload = output.Payload,
            }
            : null;
}

/// <summary>A report.</summary>
internal sealed record WireReport
{
    public required ulong EpochIndex { get; init; }
    public required ulong InputIndex { get; init; }
    public required ulong Index { get; init; }
    public required byte[] RawData { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>A report never changes.</summary>
    public DateTimeOffset UpdatedAt => CreatedAt;

    public static WireReport From(Report row) =>
        new()
        {
            EpochIndex = row.EpochIndex,
            InputIndex = row.InputIndex,
            Index = row.Index,
            RawData = row.RawData,
            CreatedAt = row.CreatedAt,
        };
}

/// <summary>A withdrawal, which only later contracts know: no node with contracts 2.2.0 has one.</summary>
internal sealed record WireWithdrawal
{
    public required ulong AccountIndex { get; init; }
    public required byte[] Account { get; init; }
    public required byte[] Output { get; init; }
    public required ulong BlockNumber { get; init; }
    public required Hash32 TransactionHash { get; init; }
    public required ulong LogIndex { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}
