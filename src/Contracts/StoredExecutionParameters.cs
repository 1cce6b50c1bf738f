using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// Answer to <see cref="SetExecutionParameters"/>: all limits as they are now. The Advancer uses them from the application's next turn on,
/// for which it rebuilds the machine if they changed.
/// </summary>
[EntityName("app.execution_parameters")]
public sealed record StoredExecutionParameters
{
    /// <summary>The operator's name of the application.</summary>
    public required string Name { get; init; }

    /// <summary>Address of the application contract: 0x and 40 lower-case hex digits.</summary>
    public required string Application { get; init; }

    /// <summary>True if the command changed a value.</summary>
    public required bool Changed { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.SnapshotPolicy" />
    public required string SnapshotPolicy { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.AdvanceIncrementCycles" />
    public required ulong AdvanceIncrementCycles { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.AdvanceMaxCycles" />
    public required ulong AdvanceMaxCycles { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.AdvanceIncrementTimeout" />
    public required ulong AdvanceIncrementTimeout { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.AdvanceMaxTimeout" />
    public required ulong AdvanceMaxTimeout { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.InspectIncrementCycles" />
    public required ulong InspectIncrementCycles { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.InspectMaxCycles" />
    public required ulong InspectMaxCycles { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.InspectIncrementTimeout" />
    public required ulong InspectIncrementTimeout { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.InspectMaxTimeout" />
    public required ulong InspectMaxTimeout { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.LoadTimeout" />
    public required ulong LoadTimeout { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.StoreTimeout" />
    public required ulong StoreTimeout { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.CallTimeout" />
    public required ulong CallTimeout { get; init; }

    /// <inheritdoc cref="SetExecutionParameters.MaxConcurrentInspects" />
    public required ulong MaxConcurrentInspects { get; init; }
}
