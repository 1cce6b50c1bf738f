namespace Rollups.Api.Stories;

/// <summary>A page of GET /epochs.</summary>
internal sealed record EpochList
{
    public required IReadOnlyList<EpochSummary> Epochs { get; init; }

    /// <summary>The filter <c>after</c> of the next page; null at the end.</summary>
    public required string? Next { get; init; }
}
