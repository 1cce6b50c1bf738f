using Microsoft.EntityFrameworkCore;
using Rollups.Cli.Http;
using Rollups.Cli.Output;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary><c>rollups read epochs APP</c>.</summary>
internal static class ReadEpochs
{
    public static Verb Create()
    {
        var status = Typed.Word<EpochStatus>("--status", "Only epochs in this stage");
        var from = Typed.Number("--from", "First epoch, inclusive.");
        var to = Typed.Number("--to", "Last epoch, inclusive.");
        return ReadVerb.Create(
            "epochs",
            "Lists the epochs of an application, the newest first.",
            ["rollups read epochs echo --limit 10", "rollups read epochs echo --status CLAIM_SUBMITTED --json"],
            new PageOptions<ulong>(Typed.ParseNumber),
            [status, from, to],
            new ListedRows<ulong, EpochRow>(
                async (request, cancellationToken) =>
                {
                    var epochs = request.Database.Db.Epochs.AsNoTracking().Where(epoch => epoch.ApplicationId == request.Application.Id);
                    if (request.Parsed.GetValue(status) is { } stage)
                        epochs = epochs.Where(epoch => epoch.Status == stage);
                    var page = await epochs
                        .InOrder(request.Page, request.Parsed.GetValue(from), request.Parsed.GetValue(to))
                        .ToPageAsync(request.Page.Limit, EpochRow.Of, epoch => $"{epoch.Index}", cancellationToken);
                    return page;
                },
                "No epochs.",
                output =>
                    [
                        new("EPOCH", row => $"{row.Index}", ColumnKind.Number),
                        new("STATUS", row => EnumNames.Of(row.Status)),
                        new("SINCE", row => output.Time(row.StatusSince)),
                        new("BLOCKS", row => $"{row.FirstBlock}-{row.LastBlock}"),
                        new("INPUTS", row => row.Inputs),
                        new("CLAIM", row => row.OutputsMerkleRoot?.ToString(), ColumnKind.Hex),
                        new("TOURNAMENT", row => row.TournamentAddress?.ToString(), ColumnKind.Hex),
                        new("REMARK", row => row.Remark, ColumnKind.Prose),
                    ]
            )
            {
                FromApi = (request, _, cancellationToken) =>
                {
                    var parameters = request.Parameters();
                    if (request.Parsed.GetValue(status) is { } stage)
                        parameters["status"] = stage == EpochStatus.ClaimCalculated ? WireRow.ClaimComputed : EnumNames.Of(stage);
                    return request.ByIndexAsync(
                        "cartesi_listEpochs",
                        parameters,
                        request.Parsed.GetValue(from),
                        request.Parsed.GetValue(to),
                        EpochRow.Of,
                        cancellationToken
                    );
                },
            }
        );
    }
}
