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
