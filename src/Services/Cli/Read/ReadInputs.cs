using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Output;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary><c>rollups read inputs APP</c>.</summary>
internal static class ReadInputs
{
    public static Verb Create()
    {
        var epoch = Typed.Number("--epoch", "Only inputs of this epoch.");
        var status = Typed.Word<InputStatus>("--status", $"Only inputs with this result. A page examines at most {Pages.Window} inputs");
        var from = Typed.Number("--from", "First input, inclusive.");
        var to = Typed.Number("--to", "Last input, inclusive.");
        return ReadVerb.Create(
            "inputs",
            "Lists the inputs of an application, the newest first.",
            [
                "rollups read inputs echo --epoch 3",
                "rollups read inputs echo --status REJECTED",
                "rollups read inputs echo --from 7 --to 7 --json",
            ],
            new PageOptions<ulong>(Typed.ParseNumber),
            [epoch, status, from, to],
            new ListedRows<ulong, InputRow>(
                async (request, cancellationToken) =>
                {
                    var inputs = request.Database.Db.Inputs.AsNoTracking().Where(input => input.ApplicationId == request.Application.Id);
                    if (request.Parsed.GetValue(epoch) is { } index)
                        inputs = inputs.Where(input => input.EpochIndex == index);
                    var ordered = inputs.InOrder(request.Page, request.Parsed.GetValue(from), request.Parsed.GetValue(to));
                    var page = request.Parsed.GetValue(status) is { } result
                        ? await ordered.ToPageWhereAsync(
                            input => input.Status == result,
                            rows => rows.Sort(request.Page),
                            request.Page.Limit,
                            InputRow.Of,
                            input => $"{input.Index}",
                            cancellationToken
                        )
                        : await ordered.ToPageAsync(request.Page.Limit, InputRow.Of, input => $"{input.Index}", cancellationToken);
                    return page;
                },
                "No inputs.",
                output =>
                    [
                        new("INPUT", row => $"{row.Index}", ColumnKind.Number),
                        new("EPOCH", row => $"{row.EpochIndex}", ColumnKind.Number),
                        new("STATUS", row => EnumNames.Of(row.Status)),
                        new("BLOCK", row => $"{row.BlockNumber}", ColumnKind.Number),
                        new("SENT", row => output.Time(row.BlockTime)),
                        new("SENDER", row => row.Sender?.ToString(), ColumnKind.Hex),
                        new("BYTES", row => $"{row.Payload.Length}", ColumnKind.Number),
                        new("PAYLOAD", row => Payload.Preview(row.Payload), ColumnKind.Hex),
                    ]
            )
            {
                FromApi = (request, _, cancellationToken) =>
                    request.ByIndexAsync(
                        "cartesi_listInputs",
                        request.Parameters().With("epoch_index", request.Parsed.GetValue(epoch)),
                        request.Parsed.GetValue(from),
                        request.Parsed.GetValue(to),
                        InputRow.Of,
                        cancellationToken
                    ),
                OnlyStored = [status],
            }
        );
    }
}
