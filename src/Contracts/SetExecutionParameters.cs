using MassTransit;

namespace Rollups.Contracts;

/// <summary>
/// Command to the EvmReader: change the limits within which an application's machine runs. What is null stays as it is, so a command with
/// nulls alone only asks. Answered by <see cref="StoredExecutionParameters"/> or <see cref="CommandRefused"/>.
/// </summary>
[EntityName("app.set_execution_parameters")]
public sealed record SetExecutionParameters
{
    /// <summary>The application's name, or the address of its contract: 0x and 40 hex digits.</summary>
    public required string Application { get; init; }

    /// <summary>NONE, EVERY_INPUT or EVERY_EPOCH: when the machine's state is stored.</summary>
    public string? SnapshotPolicy { get; init; }

    /// <summary>Cycles that the machine runs before its time is checked, while it advances: 1 to 2^48 - 1.</summary>
    public ulong? AdvanceIncrementCycles { get; init; }

    /// <summary>Cycles that one input may use, up to 2^48 - 1; 0 for all of them.</summary>
    public ulong? AdvanceMaxCycles { get; init; }

    /// <summary>Time of one increment of an advance, in milliseconds: 1 to 86400000.</summary>
    public ulong? AdvanceIncrementTimeout { get; init; }

    /// <summary>Time of one input, in milliseconds: 1 to 86400000, and no less than an increment's.</summary>
    public ulong? AdvanceMaxTimeout { get; init; }

    /// <summary>Cycles that the machine runs before its time is checked, while it answers an inspect: 1 to 2^48 - 1.</summary>
    public ulong? InspectIncrementCycles { get; init; }

    /// <summary>Cycles that one inspect may use, up to 2^48 - 1; 0 for all of them.</summary>
    public ulong? InspectMaxCycles { get; init; }

    /// <summary>Time of one increment of an inspect, in milliseconds: 1 to 86400000.</summary>
    public ulong? InspectIncrementTimeout { get; init; }

    /// <summary>Time of one inspect, in milliseconds: 1 to 86400000, and no less than an increment's.</summary>
    public ulong? InspectMaxTimeout { get; init; }

    /// <summary>Time to load the machine, in milliseconds: 1 to 86400000.</summary>
    public ulong? LoadTimeout { get; init; }

    /// <summary>Time to store the machine, in milliseconds: 1 to 86400000.</summary>
    public ulong? StoreTimeout { get; init; }

    /// <summary>Time of a call that does not run the machine, in milliseconds: 1 to 86400000.</summary>
    public ulong? CallTimeout { get; init; }

    /// <summary>Inspects of the application at the same time: 1 to 1000.</summary>
    public ulong? MaxConcurrentInspects { get; init; }
}
