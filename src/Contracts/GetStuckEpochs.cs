using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// Queries the Lifecycle service for unfinished epochs that have been in their state for too long, those that wait longest first.
/// Answered by <see cref="EpochLifecycleList"/> or <see cref="EpochLifecyclesRefused"/>.
/// </summary>
[EntityName("epoch.get_stuck")]
public sealed record GetStuckEpochs
{
    /// <summary>EIP-155 chain id of the L1.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>Address of an application contract, 0x and 40 hex digits; null for all applications.</summary>
    public string? Application { get; init; }

    /// <summary>How long at least, zero or more.</summary>
    public required TimeSpan OlderThan { get; init; }

    /// <summary>Epochs of the answer, 1 to 1000; the default is 100.</summary>
    public int Limit { get; init; } = 100;
}
