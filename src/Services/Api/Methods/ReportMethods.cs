using Microsoft.EntityFrameworkCore;
using Rollups.Api.Queries;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;
using Rollups.Domain;

namespace Rollups.Api.Methods;

/// <summary>Methods about reports.</summary>
internal static class ReportMethods
{
    public static IEnumerable<RpcMethod> All =>
        [
            RpcMethod.List<WireReport>(
                "cartesi_listReports",
                "The reports of an application, by index.",
                [
                    Parameters.Application,
                    Parameters.EpochIndex.Optional,
                    Parameters.InputIndex.Optional,
                    .. Parameters.Page,
                    Parameters.From,
                    Parameters.To,
                ],
                ListAsync
            ),
            RpcMethod.Get<WireReport>(
                "cartesi_getReport",
                "One report.",
                [Parameters.Application, Parameters.ReportIndex],
                GetAsync,
                canMiss: true
            ),
        ];

    private static async Task<WireReport> GetAsync(RpcCall call)
    {
        var (id, index) = (await call.ApplicationIdAsync(), call.Get(Parameters.ReportIndex));
        var row = await call
            .Db.Reports.AsNoTracking()
            .SingleOrDefaultAsync(report => report.ApplicationId == id && report.Index == index, call.Token);
        return row is null ? throw RpcErrors.Missing($"The application has no report {index} (yet).") : WireReport.From(row);
    }

    private static async Task<Listing<WireReport>> ListAsync(RpcCall call)
    {
        var id = await call.ApplicationIdAsync();
        var reports = new DenseRows<Report>(
            call,
            call.Db.Reports.Where(report => report.ApplicationId == id),
            report => 2L * report.RawData.Length
        );
        var (epoch, input) = (call.Find(Parameters.EpochIndex.Optional), call.Find(Parameters.InputIndex.Optional));
        var range =
            epoch is null && input is null ? await reports.AllAsync()
            : epoch is null ? IndexRange.Any
            : await reports.NeighboursAsync(rows => rows.Where(report => report.EpochIndex == epoch), report => report.InputIndex);
        if (input is not null)
            range = range.And(await reports.NeighboursAsync(rows => rows.Where(report => report.InputIndex == input)));
        return await reports.PageAsync(range.And(reports.Asked()), WireReport.From);
    }
}
