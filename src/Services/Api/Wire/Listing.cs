namespace Rollups.Api.Wire;

/// <summary>The answer with a page of items.</summary>
internal sealed record Listing<T>
{
    public required IReadOnlyList<T> Data { get; init; }

    public required Pagination Pagination { get; init; }
}
