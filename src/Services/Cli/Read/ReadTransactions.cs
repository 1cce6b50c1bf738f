using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Output;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary><c>rollups read transactions APP</c>.</summary>
internal static class ReadTransactions
{
    public static Verb Create()
    {
        var epoch = Typed.Number("--epoch", "Only transactions of this epoch.");
        var status = Typed.Word<TransactionState>(
            "--status",
            $"Only transactions in this state. A page examines at most {Pages.Window} transactions"
        );
        return ReadVerb.Create(
            "transactions",
            "Lists the transactions that the node signed for an application, those of the newest epoch first.",
            ["rollups read transactions echo --status PENDING", "rollups read transactions echo --epoch 3 --json"],
            new PageOptions<TransactionKey>(TransactionKey.Parse),
            [epoch, status],
            new ListedRows<TransactionKey, TransactionRow>(
                async (request, cancellationToken) =>
                {
                    var rows = request.Database.Db.Transactions.AsNoTracking().Where(row => row.ApplicationId == request.Application.Id);
                    if (request.Parsed.GetValue(epoch) is { } index)
                        rows = rows.Where(row => row.EpochIndex == index);
                    if (request.Page.After is { Value: { Epoch: var of, Id: var id } })
                        rows = request.Page.Ascending
                            ? rows.Where(row => row.EpochIndex >= of && (row.EpochIndex > of || row.Id > id))
                            : rows.Where(row => row.EpochIndex <= of && (row.EpochIndex < of || row.Id < id));
                    var ordered = Sort(rows);
                    var page = request.Parsed.GetValue(status) is { } state
                        ? await ordered.ToPageWhereAsync(
                            row => row.State == state,
                            Sort,
                            request.Page.Limit,
                            TransactionRow.Of,
                            KeyOf,
                            cancellationToken
                        )
                        : await ordered.ToPageAsync(request.Page.Limit, TransactionRow.Of, KeyOf, cancellationToken);
                    return page;

                    IQueryable<L1Transaction> Sort(IQueryable<L1Transaction> some) =>
                        request.Page.Ascending
                            ? some.OrderBy(row => row.EpochIndex).ThenBy(row => row.Id)
                            : some.OrderByDescending(row => row.EpochIndex).ThenByDescending(row => row.Id);
                },
                "No transactions.",
                output =>
                    [
                        new("EPOCH", row => $"{row.EpochIndex}", ColumnKind.Number),
                        new("KIND", row => EnumNames.Of(row.Kind)),
                        new("STATE", row => EnumNames.Of(row.State)),
                        new("SIGNED", row => output.Time(row.CreatedAt)),
                        new("NONCE", row => $"{row.Nonce}", ColumnKind.Number),
                        new("TRANSACTION", row => row.TransactionHash.ToString(), ColumnKind.Hex),
                        new("GAS LIMIT", row => $"{row.GasLimit}", ColumnKind.Number),
                        new("GWEI", row => Ether.Gwei(row.MaxFeePerGas), ColumnKind.Number),
                        new(
                            "REMARK",
                            row => row.IsCancellation == true ? "cancelled by an empty transaction of the same nonce" : null,
                            ColumnKind.Prose
                        ),
                    ]
            )
        );
    }

    private static string KeyOf(L1Transaction row) => new TransactionKey(row.EpochIndex, row.Id).ToString();
}

/// <summary>Place of a transaction in a list, which begins with the newest epoch: <c>EPOCH:NUMBER</c>.</summary>
internal sealed record TransactionKey(ulong Epoch, long Id)
{
    public override string ToString() => $"{Epoch}:{Id}";

    /// <exception cref="FormatException">The text is no such key.</exception>
    public static TransactionKey Parse(string text) =>
        text.Split(':') is [var epoch, var id]
            ? new(Typed.ParseNumber(epoch), (long)Typed.ParseNumber(id))
            : throw new FormatException(
                $"'{Hex.Clip(text)}' is not the key of a row: give the one that the page before named, EPOCH:NUMBER."
            );
}
