using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Output;
using Rollups.Persistence;

namespace Rollups.Cli.Read;

/// <summary><c>rollups read outputs APP</c>.</summary>
internal static class ReadOutputs
{
    public static Verb Create()
    {
        var epoch = Typed.Number("--epoch", "Only outputs of this epoch.");
        var input = Typed.Number("--input", "Only outputs of this input.");
        var executed = new System.CommandLine.Option<bool>("--executed") { Description = "Only vouchers that were executed on L1." };
        var from = Typed.Number("--from", "First output, inclusive.");
        var to = Typed.Number("--to", "Last output, inclusive.");
        return ReadVerb.Create(
            "outputs",
            "Lists the outputs (notices and vouchers) of an application, the newest first.",
            ["rollups read outputs echo --input 7", "rollups read outputs echo --executed --json"],
            new PageOptions<ulong>(Typed.ParseNumber),
            [epoch, input, executed, from, to],
            new ListedRows<ulong, OutputRow>(
                async (request, cancellationToken) =>
                {
                    var parsed = request.Parsed;
                    var outputs = request
                        .Database.Db.Outputs.AsNoTracking()
                        .Where(output => output.ApplicationId == request.Application.Id);
                    var range = await OutputRange.FindAsync(
                        outputs,
                        parsed.GetValue(epoch),
                        parsed.GetValue(input),
                        parsed.GetValue(from),
                        parsed.GetValue(to),
                        cancellationToken
                    );
                    if (parsed.GetValue(executed))
                        outputs = outputs.Where(output => output.ExecutionTransactionHash != null);
                    if (range is not { } bounds)
                        return new Page<OutputRow>([], null);
                    var page = await outputs
                        .InOrder(request.Page, bounds.From, bounds.To)
                        .ToPageAsync(request.Page.Limit, output => output, output => $"{output.Index}", cancellationToken);
                    var proofs = await OutputProofs.ReadAsync(request.Database.Db, page.Data, cancellationToken);
                    return new Page<OutputRow>([.. page.Data.Select(output => OutputRow.Of(output, proofs))], page.Next);
                },
                "No outputs.",
                output =>
                    [
                        new("OUTPUT", row => $"{row.Index}", ColumnKind.Number),
                        new("EPOCH", row => $"{row.EpochIndex}", ColumnKind.Number),
                        new("INPUT", row => $"{row.InputIndex}", ColumnKind.Number),
                        new("KIND", row => row.Kind),
                        new("PROOF", row => row.HasProof ? "yes" : "not yet"),
                        new("EXECUTED", row => row.ExecutionTransactionHash?.ToString(), ColumnKind.Hex),
                        new("DESTINATION", row => row.Destination?.ToString(), ColumnKind.Hex),
                        new("WEI", row => row.Value, ColumnKind.Number),
                        new("PAYLOAD", row => Payload.Preview(row.Payload), ColumnKind.Hex),
                    ]
            )
            {
                FromApi = (request, _, cancellationToken) =>
                {
                    var parameters = request
                        .Parameters()
                        .With("epoch_index", request.Parsed.GetValue(epoch))
                        .With("input_index", request.Parsed.GetValue(input));
                    if (request.Parsed.GetValue(executed))
                        parameters["executed"] = true;
                    return request.ByIndexAsync(
                        "cartesi_listOutputs",
                        parameters,
                        request.Parsed.GetValue(from),
                        request.Parsed.GetValue(to),
                        OutputRow.Of,
                        cancellationToken
                    );
                },
            }
        );
    }
}
