using MassTransit;

namespace Rollups.Contracts;

/// <summary>An application was verified on L1 and registered.</summary>
[EntityName("app.registered")]
public sealed record AppRegistered : IApplicationEvent
{
    /// <inheritdoc />
    public required ulong ChainId { get; init; }

    /// <inheritdoc />
    public required string Application { get; init; }

    /// <inheritdoc />
    public required string ApplicationName { get; init; }

    /// <summary>AUTHORITY, QUORUM or PRT.</summary>
    public required string ConsensusType { get; init; }

    /// <summary>Address of the consensus contract: 0x and 40 hex digits.</summary>
    public required string Consensus { get; init; }

    /// <inheritdoc />
    public required DateTimeOffset OccurredAt { get; init; }
}
