namespace Rollups.Api.Wire;

/// <summary>What the page is of. Plain numbers, not hex.</summary>
internal sealed record Pagination
{
    /// <summary>Items after the filters. Where docs/api.md says so, a lower bound.</summary>
    public required long TotalCount { get; init; }

    /// <summary>Items that the page may have.</summary>
    public required int Limit { get; init; }

    /// <summary>Items skipped.</summary>
    public required int Offset { get; init; }
}
