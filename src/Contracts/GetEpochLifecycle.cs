using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// Queries the Lifecycle service for an epoch's state. Answered by <see cref="EpochLifecycle"/> or <see
/// cref="EpochLifecycleNotFound"/>.
/// </summary>
[EntityName("epoch.get_lifecycle")]
public sealed record GetEpochLifecycle
{
    /// <summary>EIP-155 chain id of the L1.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>Address of the application contract: 0x and 40 hex digits.</summary>
    public required string Application { get; init; }

    /// <summary>Index of the epoch.</summary>
    public required ulong EpochIndex { get; init; }
}
