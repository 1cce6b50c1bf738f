namespace Rollups.Persistence;

/// <summary>A setting with which a database was created and which later starts must keep, such as the chain id.</summary>
public sealed class NodeConfiguration
{
    /// <summary>Name of the writer, such as <c>evm-reader</c>.</summary>
    public required string Key { get; set; }

    /// <summary>JSON.</summary>
    public required string Value { get; set; }

    /// <summary>When the row was created.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
