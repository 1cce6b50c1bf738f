using MassTransit;

namespace Rollups.Contracts;

/// <summary>The Advancer ran every input of a closed epoch through the machine.</summary>
[EntityName("epoch.inputs_processed")]
public sealed record EpochInputsProcessed : IEpochEvent
{
    /// <inheritdoc />
    public required ulong ChainId { get; init; }

    /// <inheritdoc />
    public required string Application { get; init; }

    /// <inheritdoc />
    public required string ApplicationName { get; init; }

    /// <inheritdoc />
    public required ulong EpochIndex { get; init; }

    /// <summary>Root hash of the machine after the last input: 0x and 64 hex digits.</summary>
    public required string MachineHash { get; init; }

    /// <summary>Number of inputs of the application that the machine has completed.</summary>
    public required ulong InputIndexUpperBound { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
