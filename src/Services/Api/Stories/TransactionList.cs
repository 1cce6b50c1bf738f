namespace Rollups.Api.Stories;

/// <summary>A page of GET /transactions.</summary>
internal sealed record TransactionList
{
    public required IReadOnlyList<EpochTransaction> Transactions { get; init; }

    /// <summary>The filter <c>after</c> of the next page; null at the end.</summary>
    public required string? Next { get; init; }
}
