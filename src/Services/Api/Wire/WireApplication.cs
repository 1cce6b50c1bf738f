using Rollups.Domain;
using Rollups.Ethereum;

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

    public static WireApplication From(Application row) =>
        new()
        {
            Name = row.Name,
            IapplicationAddress = row.Address,
            IconsensusAddress = row.ConsensusAddress,
            IinputboxAddress = row.InputBoxAddress,
            TemplateHash = row.TemplateHash,
            EpochLength = row.EpochLength,
            DataAvailability = Ethereum.DataAvailability.InputBox(row.InputBoxAddress),
            ConsensusType = row.ConsensusType,
            // The operator's intent: a fault does not change it.
            Enabled = row.State != ApplicationState.Disabled,
            Status = WireWords.StatusOf(row),
            Reason = row.Reason,
            State = WireWords.StateOf(row),
            IinputboxBlock = row.InputBoxBlock,
            LastEpochCheckBlock = row.LastEpochCheckBlock,
            LastInputCheckBlock = row.LastInputCheckBlock,
            LastOutputCheckBlock = row.LastOutputCheckBlock,
            LastTournamentCheckBlock = row.LastTournamentCheckBlock,
            ProcessedInputs = row.ProcessedInputs,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
            ExecutionParameters = new WireExecutionParameters { CreatedAt = row.CreatedAt, UpdatedAt = row.CreatedAt },
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

/// <summary>Limits per application. This node has none: no snapshots, no caps, no deadlines (durations in nanoseconds).</summary>
internal sealed record WireExecutionParameters
{
    public string SnapshotPolicy { get; init; } = "NONE";
    public ulong AdvanceIncCycles { get; init; }
    public ulong AdvanceMaxCycles { get; init; }
    public ulong InspectIncCycles { get; init; }
    public ulong InspectMaxCycles { get; init; }
    public ulong AdvanceIncDeadline { get; init; }
    public ulong AdvanceMaxDeadline { get; init; }
    public ulong InspectIncDeadline { get; init; }
    public ulong InspectMaxDeadline { get; init; }
    public ulong LoadDeadline { get; init; }
    public ulong StoreDeadline { get; init; }
    public ulong FastDeadline { get; init; }
    public int MaxConcurrentInspects { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}
