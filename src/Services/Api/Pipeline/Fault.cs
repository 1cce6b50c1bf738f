namespace Rollups.Api.Pipeline;

/// <summary>Something that needs an operator.</summary>
internal sealed record Fault
{
    /// <summary>Application's name; null if it concerns the node.</summary>
    public required string? Application { get; init; }
    public required string Kind { get; init; }
    public required string Reason { get; init; }
    public required string Remedy { get; init; }
    public required DateTimeOffset? Since { get; init; }
}
