using Rollups.Domain;

namespace Rollups.Api.Stories;

/// <summary>An earlier version of a transaction.</summary>
internal sealed record EpochTransactionVersion
{
    public required Hash32 Hash { get; init; }
    public required ulong MaxFeePerGas { get; init; }
    public required ulong MaxPriorityFeePerGas { get; init; }
    public required ulong SentAtBlock { get; init; }
    public required DateTimeOffset ReplacedAt { get; init; }
}
