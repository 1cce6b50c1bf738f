namespace Rollups.Api.Wire;

/// <summary>What the node is and reads.</summary>
internal sealed record WireNode
{
    public required ulong ChainId { get; init; }
    public required string Version { get; init; }

    /// <summary>FINALIZED, SAFE, LATEST or PENDING.</summary>
    public required string DefaultBlock { get; init; }
}
