using MassTransit;

namespace Rollups.Contracts;

/// <summary>Answer to <see cref="RegisterApplication"/>: the application is registered, now or by an equal earlier command.</summary>
[EntityName("app.registration")]
public sealed record ApplicationRegistration
{
    /// <summary>Name under which it is registered.</summary>
    public required string Name { get; init; }

    /// <summary>Address of the application contract: 0x and 40 lower-case hex digits.</summary>
    public required string Application { get; init; }

    /// <summary>Address of the consensus contract: 0x and 40 lower-case hex digits.</summary>
    public required string Consensus { get; init; }

    /// <summary>AUTHORITY, QUORUM or PRT.</summary>
    public required string ConsensusType { get; init; }

    /// <summary>Blocks per epoch; 0 for PRT, whose contract seals epochs.</summary>
    public required ulong EpochLength { get; init; }

    /// <summary>True if an equal command had already registered it.</summary>
    public required bool AlreadyRegistered { get; init; }
}
