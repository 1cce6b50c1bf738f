using MassTransit;

namespace Rollups.Contracts;

/// <summary>Answer to <see cref="GetEpochLifecycle"/>: the epoch is not known (yet).</summary>
[EntityName("epoch.lifecycle_not_found")]
public sealed record EpochLifecycleNotFound
{
    /// <summary>The requested epoch and the remedy.</summary>
    public required string Reason { get; init; }
}
