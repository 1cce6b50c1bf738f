using Microsoft.EntityFrameworkCore;
using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>A page of the transactions that the node signed for an application, those of the newest epoch first.</summary>
/// <param name="Rows">The transactions, each in its newest version.</param>
/// <param name="Next">Key to continue behind; null at the end.</param>
public sealed record TransactionPage(IReadOnlyList<L1Transaction> Rows, TransactionKey? Next)
{
    /// <summary>Transactions that a page examines at most for a state, which no index has. The next page continues behind them.</summary>
    public const int Window = 10_000;

    /// <summary>Reads the page along the index on (application, epoch).</summary>
    public static async Task<TransactionPage> ReadAsync(RollupsDbContext db, TransactionFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(filter);
        var rows = db.Transactions.AsNoTracking().Where(row => row.ApplicationId == filter.ApplicationId);
        if (filter.Epoch is { } epoch)
            rows = rows.Where(row => row.EpochIndex == epoch);
        if (filter.After is { Epoch: var of, Id: var id })
            rows = filter.Ascending
                ? rows.Where(row => row.EpochIndex >= of && (row.EpochIndex > of || row.Id > id))
                : rows.Where(row => row.EpochIndex <= of && (row.EpochIndex < of || row.Id < id));
        var examined = Sort(rows, filter.Ascending);
        var wanted = filter.State is { } state ? Sort(examined.Take(Window).Where(row => row.State == state), filter.Ascending) : examined;
        var found = await wanted.Take(filter.Limit + 1).ToListAsync(cancellationToken);
        if (found.Count > filter.Limit)
            return new TransactionPage([.. found.Take(filter.Limit)], KeyOf(found[filter.Limit - 1]));
        if (filter.State is null)
            return new TransactionPage(found, null);
        var last = await examined.Skip(Window - 1).Take(1).ToListAsync(cancellationToken);
        return new TransactionPage(found, last is [var row] ? KeyOf(row) : null);
    }

    private static IOrderedQueryable<L1Transaction> Sort(IQueryable<L1Transaction> rows, bool ascending) =>
        ascending
            ? rows.OrderBy(row => row.EpochIndex).ThenBy(row => row.Id)
            : rows.OrderByDescending(row => row.EpochIndex).ThenByDescending(row => row.Id);

    private static TransactionKey KeyOf(L1Transaction row) => new(row.EpochIndex, row.Id);
}
