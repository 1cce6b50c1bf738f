using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Output;

namespace Rollups.Cli.Read;

/// <summary><c>rollups read reports APP</c>.</summary>
internal static class ReadReports
{
    public static Verb Create()
    {
        var epoch = Typed.Number("--epoch", "Only reports of this epoch.");
        var input = Typed.Number("--input", "Only reports of this input.");
        var from = Typed.Number("--from", "First report, inclusive.");
        var to = Typed.Number("--to", "Last report, inclusive.");
        return ReadVerb.Create(
            "reports",
            "Lists the reports of an application, the newest first.",
            ["rollups read reports echo --input 7", "rollups read reports echo --limit 5 --json"],
            new PageOptions<ulong>(Typed.ParseNumber),
            [epoch, input, from, to],
            new ListedRows<ulong, ReportRow>(
                async (request, cancellationToken) =>
                {
                    var parsed = request.Parsed;
                    var reports = request
                        .Database.Db.Reports.AsNoTracking()
                        .Where(report => report.ApplicationId == request.Application.Id);
                    var range = await OutputRange.FindAsync(
                        reports,
                        parsed.GetValue(epoch),
                        parsed.GetValue(input),
                        parsed.GetValue(from),
                        parsed.GetValue(to),
                        cancellationToken
                    );
                    var page = range is { } bounds
                        ? await reports
                            .InOrder(request.Page, bounds.From, bounds.To)
                            .ToPageAsync(request.Page.Limit, ReportRow.Of, report => $"{report.Index}", cancellationToken)
                        : new Page<ReportRow>([], null);
                    return page;
                },
                "No reports.",
                output =>
                    [
                        new("REPORT", row => $"{row.Index}", ColumnKind.Number),
                        new("EPOCH", row => $"{row.EpochIndex}", ColumnKind.Number),
                        new("INPUT", row => $"{row.InputIndex}", ColumnKind.Number),
                        new("BYTES", row => $"{row.Payload.Length}", ColumnKind.Number),
                        new("PAYLOAD", row => Payload.Preview(row.Payload), ColumnKind.Hex),
                    ]
            )
            {
                FromApi = (request, _, cancellationToken) =>
                    request.ByIndexAsync(
                        "cartesi_listReports",
                        request
                            .Parameters()
                            .With("epoch_index", request.Parsed.GetValue(epoch))
                            .With("input_index", request.Parsed.GetValue(input)),
                        request.Parsed.GetValue(from),
                        request.Parsed.GetValue(to),
                        ReportRow.Of,
                        cancellationToken
                    ),
            }
        );
    }
}
