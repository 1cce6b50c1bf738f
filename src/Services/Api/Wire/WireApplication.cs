using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>An application. Fields of later contracts hold the value for "never", because clients read them unguarded.</summary>
internal sealed record WireApplication
{
    public required string Name { get; init; }
    public required Address IapplicationAddress { get; init; }
    public required Address IconsensusAddress { get; init; }
    public required Address IinputboxAddress { get; init; }
    public required Hash32 TemplateHash { get; init; }
    public required ulong EpochLength { get; init; }
    public ulong ClaimStagingPeriod { get; init; }
    public WireWithdrawalConfig WithdrawalConfig { get; init; } = new();
    public required byte[] DataAvailability { get; init; }
    public required ConsensusType ConsensusType { get; init; }
    public required bool Enabled { get; init; }
    public required string Status { get; init; }
    public required string? Reason { get; init; }

    /// <summary>For the first published clients.</summary>
    public required string State { get; init; }
    public required ulong IinputboxBlock { get; init; }
    public required ulong LastEpochCheckBlock { get; init; }
    public required ulong LastInputCheckBlock { get; init; }
    public required ulong LastOutputCheckBlock { get; init; }
    public required ulong LastTournamentCheckBlock { get; init; }
    public ulong LastForecloseCheckBlock { get; init; }
    public ulong LastAccountsDriveProvedCheckBlock { get; init; }
    public ulong LastWithdrawalCheckBlock { get; init; }
    public required ulong ProcessedInputs { get; init; }
    public ulong ForecloseBlock { get; init; }
    public Hash32 ForecloseTransaction { get; init; }
    public ulong AccountsDriveProvedBlock { get; init; }
    public Hash32 AccountsDriveProvedTransaction { get; init; }
    public Hash32 AccountsDriveMerkleRoot { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required WireExecutionParameters ExecutionParameters { get; init; }

    /// <param name="row">The application.</param>
    /// <param name="limits">What the operator has set for it; null: the defaults.</param>
    public static WireApplication From(Application row, ExecutionParameters? limits) =>
        new()
        {
            Name = row.Name,
            IapplicationAddress = row.Address,
            IconsensusAddress = row.ConsensusAddress,
            IinputboxAddress = row.InputBoxAddress,
            TemplateHash = row.TemplateHash,
            EpochLength = row.EpochLength,
            DataAvailability = Domain.DataAvailability.InputBox(row.InputBoxAddress),
            ConsensusType = row.ConsensusType,
            // The operator's intent: a fault does not change it.
            Enabled = row.State != ApplicationState.Disabled,
            Status = WireNames.StatusOf(row),
            Reason = row.Reason,
            State = WireNames.StateOf(row),
            IinputboxBlock = row.InputBoxBlock,
            LastEpochCheckBlock = row.LastEpochCheckBlock,
            LastInputCheckBlock = row.LastInputCheckBlock,
            LastOutputCheckBlock = row.LastOutputCheckBlock,
            LastTournamentCheckBlock = row.LastTournamentCheckBlock,
            ProcessedInputs = row.ProcessedInputs,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
            ExecutionParameters = WireExecutionParameters.From(row, limits),
        };
}

/// <summary>Contracts 2.2.0 have no withdrawals: every member is zero.</summary>
internal sealed record WireWithdrawalConfig
{
    public Address Guardian { get; init; }
    public ulong Log2LeavesPerAccount { get; init; }
    public ulong Log2MaxNumOfAccounts { get; init; }
    public ulong AccountsDriveStartIndex { get; init; }
    public Address WithdrawalOutputBuilder { get; init; }
}

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
