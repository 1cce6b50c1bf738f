using Rollups.Domain;

namespace Rollups.Api.Stories;

/// <summary>A stage of an epoch.</summary>
internal sealed record EpochStage
{
    public required EpochStatus State { get; init; }
    public required DateTimeOffset? At { get; init; }

    /// <summary>Seconds since the stage before; null for the first.</summary>
    public required double? SecondsAfterPrevious { get; init; }

    /// <summary>What caused it; null for stages that an earlier version of the node stored.</summary>
    public required EpochCause? Cause { get; init; }
}
