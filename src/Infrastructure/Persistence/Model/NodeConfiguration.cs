namespace Rollups.Persistence;

/// <summary>A setting that a database was begun with and that later starts must keep, such as the chain id.</summary>
public sealed class NodeConfiguration
{
    /// <summary>Who wrote it, such as <c>evm-reader</c>.</summary>
    public required string Key { get; set; }

    /// <summary>JSON.</summary>
    public required string Value { get; set; }

    /// <summary>When the row was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }
}
