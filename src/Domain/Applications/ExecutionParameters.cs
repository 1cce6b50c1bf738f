namespace Rollups.Domain;

/// <summary>
/// Limits within which an application's machine runs. An application without a row has these defaults, which are those of the Go node.
/// Whoever runs the same application must use limits under which the same inputs end, but they are no part of what L1 checks.
/// </summary>
public sealed class ExecutionParameters
{
    /// <summary>Application.</summary>
    public int ApplicationId { get; set; }

    /// <summary>When the machine's state is stored.</summary>
    public SnapshotPolicy SnapshotPolicy { get; set; } = SnapshotPolicy.None;

    /// <summary>Cycles that the machine runs before its deadlines are checked, while it advances.</summary>
    public ulong AdvanceIncrementCycles { get; set; } = 1 << 22;

    /// <summary>Cycles that one input may use; 0 for all of the input's window (2^48 - 1).</summary>
    public ulong AdvanceMaxCycles { get; set; }

    /// <summary>Time that one increment of an advance may take, in milliseconds.</summary>
    public ulong AdvanceIncrementTimeout { get; set; } = 10_000;

    /// <summary>Time that one input may take, in milliseconds.</summary>
    public ulong AdvanceMaxTimeout { get; set; } = 180_000;

    /// <summary>Cycles that the machine runs before its deadlines are checked, while it answers an inspect.</summary>
    public ulong InspectIncrementCycles { get; set; } = 1 << 22;

    /// <summary>Cycles that one inspect may use; 0 for all of the window (2^48 - 1).</summary>
    public ulong InspectMaxCycles { get; set; }

    /// <summary>Time that one increment of an inspect may take, in milliseconds.</summary>
    public ulong InspectIncrementTimeout { get; set; } = 10_000;

    /// <summary>Time that one inspect may take, in milliseconds.</summary>
    public ulong InspectMaxTimeout { get; set; } = 180_000;

    /// <summary>Time that loading the machine may take, in milliseconds.</summary>
    public ulong LoadTimeout { get; set; } = 300_000;

    /// <summary>Time that storing the machine may take, in milliseconds.</summary>
    public ulong StoreTimeout { get; set; } = 180_000;

    /// <summary>Time that a call which does not run the machine may take, in milliseconds.</summary>
    public ulong CallTimeout { get; set; } = 5_000;

    /// <summary>Inspects of the application that may run at the same time.</summary>
    public ulong MaxConcurrentInspects { get; set; } = 10;

    /// <summary>When the row was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}
