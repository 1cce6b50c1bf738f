namespace Rollups.Persistence;

/// <summary>
/// What all processes of a database share: a setting with which it was created and which later starts must keep, such as the chain id, or
/// how far something was checked (<see cref="AccountedNonces"/>).
/// </summary>
public sealed class NodeConfiguration
{
    /// <summary>Name of the writer, such as <c>evm-reader</c>.</summary>
    public required string Key { get; set; }

    /// <summary>JSON.</summary>
    public required string Value { get; set; }

    /// <summary>When the row was created.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
