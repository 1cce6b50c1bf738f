using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>Limits within which the application's machine runs; durations in nanoseconds.</summary>
internal sealed record WireExecutionParameters
{
    private const ulong Millisecond = 1_000_000;

    public required string SnapshotPolicy { get; init; }
    public required ulong AdvanceIncCycles { get; init; }
    public required ulong AdvanceMaxCycles { get; init; }
    public required ulong InspectIncCycles { get; init; }
    public required ulong InspectMaxCycles { get; init; }
    public required ulong AdvanceIncDeadline { get; init; }
    public required ulong AdvanceMaxDeadline { get; init; }
    public required ulong InspectIncDeadline { get; init; }
    public required ulong InspectMaxDeadline { get; init; }
    public required ulong LoadDeadline { get; init; }
    public required ulong StoreDeadline { get; init; }
    public required ulong FastDeadline { get; init; }
    public required int MaxConcurrentInspects { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    public static WireExecutionParameters From(Application application, ExecutionParameters? set)
    {
        var limits = set ?? new ExecutionParameters { UpdatedAt = application.CreatedAt };
        return new WireExecutionParameters
        {
            SnapshotPolicy = EnumNames.Of(limits.SnapshotPolicy),
            AdvanceIncCycles = limits.AdvanceIncrementCycles,
            AdvanceMaxCycles = limits.AdvanceMaxCycles,
            InspectIncCycles = limits.InspectIncrementCycles,
            InspectMaxCycles = limits.InspectMaxCycles,
            AdvanceIncDeadline = limits.AdvanceIncrementTimeout * Millisecond,
            AdvanceMaxDeadline = limits.AdvanceMaxTimeout * Millisecond,
            InspectIncDeadline = limits.InspectIncrementTimeout * Millisecond,
            InspectMaxDeadline = limits.InspectMaxTimeout * Millisecond,
            LoadDeadline = limits.LoadTimeout * Millisecond,
            StoreDeadline = limits.StoreTimeout * Millisecond,
            FastDeadline = limits.CallTimeout * Millisecond,
            MaxConcurrentInspects = (int)limits.MaxConcurrentInspects,
            CreatedAt = application.CreatedAt,
            UpdatedAt = limits.UpdatedAt,
        };
    }
}
