using MassTransit;

namespace Rollups.Contracts;

/// <summary>The EvmReader stored the first input of a block range and opened its epoch.</summary>
[EntityName("epoch.opened")]
public sealed record EpochOpened : IEpochEvent
{
    /// <inheritdoc />
    public required ulong ChainId { get; init; }

    /// <inheritdoc />
    public required string Application { get; init; }

    /// <inheritdoc />
    public required string ApplicationName { get; init; }

    /// <inheritdoc />
    public required ulong EpochIndex { get; init; }

    /// <summary>First L1 block of the epoch, inclusive.</summary>
    public required ulong FirstBlock { get; init; }

    /// <summary>Last L1 block of the epoch, inclusive.</summary>
    public required ulong LastBlock { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
