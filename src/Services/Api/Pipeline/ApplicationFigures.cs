using Rollups.Domain;

namespace Rollups.Api.Pipeline;

/// <summary>An application.</summary>
internal sealed record ApplicationFigures
{
    public required Address Application { get; init; }
    public required string ApplicationName { get; init; }
    public required ConsensusType Consensus { get; init; }
    public required string State { get; init; }

    /// <summary>Last L1 block whose inputs are stored.</summary>
    public required ulong ReadBlock { get; init; }
    public required ulong ProcessedInputs { get; init; }
    public required ulong? CurrentEpoch { get; init; }
    public required EpochStatus? CurrentState { get; init; }
    public required ulong? AcceptedEpoch { get; init; }
    public required DateTimeOffset? AcceptedAt { get; init; }
    public required Hash32? AcceptedClaim { get; init; }
}
