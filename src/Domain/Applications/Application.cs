namespace Rollups.Domain;

/// <summary>A Cartesi Rollups application that the node follows.</summary>
public sealed class Application
{
    /// <summary>Internal key, never shown outside.</summary>
    public int Id { get; set; }

    /// <summary>Name for people: lower-case letters, digits, '_' and '-'; unique.</summary>
    public required string Name { get; set; }

    /// <summary>The application contract; unique.</summary>
    public required Address Address { get; set; }

    /// <summary>Authority, Quorum or DaveConsensus contract.</summary>
    public required Address ConsensusAddress { get; set; }

    /// <summary>InputBox that the application reads.</summary>
    public required Address InputBoxAddress { get; set; }

    /// <summary>Block in which the InputBox was deployed: the floor of the input scan; never 0.</summary>
    public required ulong InputBoxBlock { get; set; }

    /// <summary>Block in which the application contract was deployed: the floor of the output scan.</summary>
    public required ulong DeploymentBlock { get; set; }

    /// <summary>Root hash of the machine template, equal to the one on chain.</summary>
    public required Hash32 TemplateHash { get; set; }

    /// <summary>Location of the machine template, such as <c>echo:</c>.</summary>
    public required string TemplateUri { get; set; }

    /// <summary>Blocks per epoch; unused for PRT.</summary>
    public required ulong EpochLength { get; set; }

    /// <summary>Kind of consensus contract.</summary>
    public required ConsensusType ConsensusType { get; set; }

    /// <summary>Whether inputs are run and claims made.</summary>
    public ApplicationState State { get; set; }

    /// <summary>Kind of the fault; null unless <see cref="ApplicationState.Inoperable"/>.</summary>
    public InoperableKind? ReasonKind { get; set; }

    /// <summary>What happened, for the operator; null unless <see cref="ApplicationState.Inoperable"/>.</summary>
    public string? Reason { get; set; }

    /// <summary>Last block, inclusive, up to which inputs have been read; 0 = not started.</summary>
    public ulong LastInputCheckBlock { get; set; }

    /// <summary>Last block, inclusive, up to which executed outputs have been read; 0 = not started.</summary>
    public ulong LastOutputCheckBlock { get; set; }

    /// <summary>Last block, inclusive, up to which sealed epochs have been read (PRT); 0 = not started.</summary>
    public ulong LastEpochCheckBlock { get; set; }

    /// <summary>Last block, inclusive, up to which tournament events have been read (PRT); 0 = not started.</summary>
    public ulong LastTournamentCheckBlock { get; set; }

    /// <summary>Last block, inclusive, up to which claims have been read; 0 = not started.</summary>
    public ulong LastClaimCheckBlock { get; set; }

    /// <summary>Number of inputs that the machine has completed.</summary>
    public ulong ProcessedInputs { get; set; }

    /// <summary>When the row was created.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the row was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}
