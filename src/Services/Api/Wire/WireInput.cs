using System.Text.Json.Serialization;
using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>An input.</summary>
internal sealed record WireInput
{
    public required ulong EpochIndex { get; init; }
    public required ulong Index { get; init; }
    public required ulong BlockNumber { get; init; }
    public required byte[] RawData { get; init; }

    /// <summary>Absent if the bytes cannot be decoded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WireEvmAdvance? DecodedData { get; init; }
    public required InputStatus Status { get; init; }
    public required byte[]? ExceptionData { get; init; }
    public required Hash32? MachineHash { get; init; }
    public required Hash32? OutputsHash { get; init; }
    public Hash32? TxBufferDataBlock => OutputsHash;
    public required Hash32 TransactionHash { get; init; }

    /// <summary>For the first published clients.</summary>
    public Hash32 TransactionReference => TransactionHash;
    public required ulong LogIndex { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    public static WireInput From(Input row) =>
        new()
        {
            EpochIndex = row.EpochIndex,
            Index = row.Index,
            BlockNumber = row.BlockNumber,
            RawData = row.RawData,
            DecodedData = WireEvmAdvance.TryDecode(row.RawData),
            Status = row.Status,
            ExceptionData = row.ExceptionData,
            MachineHash = row.MachineHash,
            OutputsHash = row.OutputsMerkleRoot,
            TransactionHash = row.TransactionHash,
            LogIndex = row.LogIndex,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
        };
}
