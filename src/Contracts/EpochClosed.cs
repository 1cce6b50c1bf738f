using MassTransit;

namespace Rollups.Contracts;

/// <summary>The observed L1 block reached the end of the epoch: its list of inputs is final.</summary>
[EntityName("epoch.closed")]
public sealed record EpochClosed : IEpochEvent
{
    /// <inheritdoc />
    public required ulong ChainId { get; init; }

    /// <inheritdoc />
    public required string Application { get; init; }

    /// <inheritdoc />
    public required string ApplicationName { get; init; }

    /// <inheritdoc />
    public required ulong EpochIndex { get; init; }

    /// <summary>Index of the first input, inclusive.</summary>
    public required ulong InputIndexLowerBound { get; init; }

    /// <summary>Index after the last input, exclusive; equal to the lower bound in an empty epoch.</summary>
    public required ulong InputIndexUpperBound { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
