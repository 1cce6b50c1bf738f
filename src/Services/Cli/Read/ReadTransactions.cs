using System.Globalization;
using Rollups.Cli.Http;
using Rollups.Cli.Output;
using Rollups.Domain;
using Rollups.Persistence;
using Rollups.Settings;

namespace Rollups.Cli.Read;

/// <summary><c>rollups read transactions APP</c>.</summary>
internal static class ReadTransactions
{
    public static Verb Create()
    {
        var epoch = Typed.Number("--epoch", "Only transactions of this epoch.");
        var status = Typed.Word<TransactionState>(
            "--status",
            $"Only transactions in this state. A page examines at most {TransactionPage.Window} transactions"
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
                    var page = await TransactionPage.ReadAsync(
                        request.Database.Db,
                        new TransactionFilter(
                            request.Application.Id,
                            request.Parsed.GetValue(epoch),
                            request.Parsed.GetValue(status),
                            request.Page.After?.Value,
                            request.Page.Limit,
                            request.Page.Ascending
                        ),
                        cancellationToken
                    );
                    return new Page<TransactionRow>([.. page.Rows.Select(TransactionRow.Of)], page.Next?.ToString());
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
                            row => row.IsCancellation ? "cancelled by an empty transaction of the same nonce" : null,
                            ColumnKind.Prose
                        ),
                    ]
            )
            {
                FromApi = (request, _, cancellationToken) =>
                    FromApiAsync(request, request.Parsed.GetValue(epoch), request.Parsed.GetValue(status), cancellationToken),
            }
        );
    }

    private static async Task<Page<TransactionRow>> FromApiAsync(
        ApiRequest<TransactionKey> request,
        ulong? epoch,
        TransactionState? state,
        CancellationToken cancellationToken
    )
    {
        (string Name, string? Value)[] filters =
        [
            ("application", request.Application.ToString()),
            ("epoch", epoch?.ToString(CultureInfo.InvariantCulture)),
            ("state", state is { } word ? EnumNames.Of(word) : null),
            ("after", request.Page.After?.Value.ToString()),
            ("limit", request.Page.Limit.ToString(CultureInfo.InvariantCulture)),
            ("ascending", request.Page.Ascending ? "true" : null),
        ];
        var query = filters
            .Where(filter => filter.Value is not null)
            .Select(filter => $"{filter.Name}={Uri.EscapeDataString(filter.Value!)}");
        var found =
            await request.Api.FindAsync($"transactions?{string.Join('&', query)}", cancellationToken)
            ?? throw new OperatorException(
                "The API at this address lists no transactions: name the address of Api:Address of a node of this version."
            );
        var page = new WireRow(found);
        return new Page<TransactionRow>([.. page.Rows("transactions").Select(TransactionRow.Of)], page.FindText("next"));
    }
}
