using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// Queries the Lifecycle service for the states of epochs, page by page. Answered by <see cref="EpochLifecycleList"/> or <see
/// cref="EpochLifecyclesRefused"/>.
/// </summary>
[EntityName("epoch.list_lifecycles")]
public sealed record ListEpochLifecycles
{
    /// <summary>EIP-155 chain id of the L1.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>Address of an application contract, 0x and 40 hex digits; null for all applications.</summary>
    public string? Application { get; init; }

    /// <summary>Opened, Closed, InputsProcessed, ClaimCalculated, ClaimSubmitted, Accepted or Rejected; null for all.</summary>
    public string? State { get; init; }

    /// <summary>The <see cref="EpochLifecycleList.Next"/> of the page before; null for the first page.</summary>
    public EpochPosition? After { get; init; }

    /// <summary>Epochs of the page, 1 to 1000; the default is 100.</summary>
    public int Limit { get; init; } = 100;
}
