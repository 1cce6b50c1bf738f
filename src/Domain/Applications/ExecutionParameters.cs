namespace Rollups.Domain;

/// <summary>
/// Limits within which an application's machine runs. An application without a row has these defaults, which are those of the Go node.
/// Whoever runs the same application must use limits under which the same inputs end, but they are no part of what L1 checks.
/// </summary>
public sealed class ExecutionParameters
{
    // 2^48 - 1 cycles: what the machine model gives one input.
    private const ulong Window = (1UL << 48) - 1;
    private const ulong Day = 86_400_000;

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

    /// <summary>The first value that is out of its range, with the range; null if there is none.</summary>
    public string? Fault() =>
        Cycles(nameof(AdvanceIncrementCycles), AdvanceIncrementCycles, 1)
        ?? Cycles(nameof(AdvanceMaxCycles), AdvanceMaxCycles, 0)
        ?? Cycles(nameof(InspectIncrementCycles), InspectIncrementCycles, 1)
        ?? Cycles(nameof(InspectMaxCycles), InspectMaxCycles, 0)
        ?? Time(nameof(AdvanceIncrementTimeout), AdvanceIncrementTimeout)
        ?? Time(nameof(AdvanceMaxTimeout), AdvanceMaxTimeout)
        ?? Time(nameof(InspectIncrementTimeout), InspectIncrementTimeout)
        ?? Time(nameof(InspectMaxTimeout), InspectMaxTimeout)
        ?? Time(nameof(LoadTimeout), LoadTimeout)
        ?? Time(nameof(StoreTimeout), StoreTimeout)
        ?? Time(nameof(CallTimeout), CallTimeout)
        ?? Order(nameof(AdvanceIncrementTimeout), AdvanceIncrementTimeout, nameof(AdvanceMaxTimeout), AdvanceMaxTimeout)
        ?? Order(nameof(InspectIncrementTimeout), InspectIncrementTimeout, nameof(InspectMaxTimeout), InspectMaxTimeout)
        ?? (
            MaxConcurrentInspects is >= 1 and <= 1000
                ? null
                : $"{nameof(MaxConcurrentInspects)} is {MaxConcurrentInspects}: give 1 to 1000 inspects."
        );

    private static string? Cycles(string name, ulong value, ulong least) =>
        value >= least && value <= Window ? null : $"{name} is {value}: give {least} to {Window} cycles.";

    private static string? Time(string name, ulong value) =>
        value is >= 1 and <= Day ? null : $"{name} is {value}: give 1 to {Day} milliseconds.";

    private static string? Order(string increment, ulong one, string all, ulong most) =>
        one <= most ? null : $"{increment} is {one} ms and {all} is {most} ms: an increment cannot take longer than the whole.";
}
