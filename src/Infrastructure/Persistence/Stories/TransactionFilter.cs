using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>Which transactions a page has.</summary>
/// <param name="ApplicationId">Key of the application.</param>
/// <param name="Epoch">Only those of this epoch; null: of all.</param>
/// <param name="State">Only those in this state; null: in any.</param>
/// <param name="After">Key of the row before the first one; null: from the beginning.</param>
/// <param name="Limit">Rows per page, 1 or more.</param>
/// <param name="Ascending">Whether the oldest come first.</param>
public sealed record TransactionFilter(
    int ApplicationId,
    ulong? Epoch,
    TransactionState? State,
    TransactionKey? After,
    int Limit,
    bool Ascending
);
