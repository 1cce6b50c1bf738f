using Microsoft.AspNetCore.Http;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Stories;

/// <summary>Pages of GET /transactions: those of the newest epoch first, or with <c>ascending=true</c> the oldest.</summary>
internal static class ListTransactions
{
    private static readonly string[] Names = ["application", "epoch", "state", "after", "limit", "ascending"];

    /// <exception cref="BadQueryException">A filter is wrong.</exception>
    /// <exception cref="UnknownApplicationException">The node does not know the application.</exception>
    public static async Task<TransactionList> RunAsync(RollupsDbContext db, IQueryCollection query, CancellationToken cancellationToken)
    {
        query.Check(Names);
        if (query.One("application") is not { } application)
            throw new BadQueryException("The filter application is missing: give the address or the name of an application.");
        var key = EpochQuery.Key(application);
        ulong? epoch = query.One("epoch") is { } index ? EpochQuery.Index(index) : null;
        TransactionState? state = query.One("state") is { } word ? QueryFilters.State<TransactionState>(word) : null;
        var after = query.One("after") is { } place ? Key(place) : null;
        var (limit, ascending) = (query.Limit(), IsAscending(query));
        var id = await ListEpochs.IdAsync(db, key, cancellationToken);
        var page = await TransactionPage.ReadAsync(
            db,
            new TransactionFilter(id, epoch, state, after, limit, ascending),
            cancellationToken
        );
        var stored = await StoredTransaction.WithFatesAsync(db, page.Rows, cancellationToken);
        return new TransactionList { Transactions = [.. stored.Select(EpochTransaction.Of)], Next = page.Next?.ToString() };
    }

    private static bool IsAscending(IQueryCollection query) =>
        query.One("ascending") switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw new BadQueryException("The filter ascending is neither true nor false."),
        };

    private static TransactionKey Key(string text)
    {
        try
        {
            return TransactionKey.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new BadQueryException(wrong.Message);
        }
    }
}
