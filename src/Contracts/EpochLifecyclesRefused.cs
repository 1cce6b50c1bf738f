using MassTransit;

namespace Rollups.Contracts;

/// <summary>Answer to <see cref="ListEpochLifecycles"/> and <see cref="GetStuckEpochs"/>: the query cannot be answered.</summary>
[EntityName("epoch.lifecycles_refused")]
public sealed record EpochLifecyclesRefused
{
    /// <summary>What is wrong with it, and the remedy.</summary>
    public required string Reason { get; init; }
}
