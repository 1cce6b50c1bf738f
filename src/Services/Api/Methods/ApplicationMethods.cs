using Microsoft.EntityFrameworkCore;
using Rollups.Api.Queries;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;

namespace Rollups.Api.Methods;

/// <summary>Methods about applications.</summary>
internal static class ApplicationMethods
{
    public static IEnumerable<RpcMethod> All =>
        [
            RpcMethod.List<WireApplication>(
                "cartesi_listApplications",
                "The applications that the node follows, by name.",
                Parameters.Page,
                ListAsync
            ),
            RpcMethod.Get<WireApplication>(
                "cartesi_getApplication",
                "One application.",
                [Parameters.Application],
                async call => WireApplication.From(await call.ApplicationAsync())
            ),
            RpcMethod.Get<ulong>(
                "cartesi_getProcessedInputCount",
                "Number of inputs that the machine has completed.",
                [Parameters.Application],
                async call => (await call.ApplicationAsync()).ProcessedInputs
            ),
        ];

    private static async Task<Listing<WireApplication>> ListAsync(RpcCall call)
    {
        var (page, rows) = (call.Page, call.Db.Applications.AsNoTracking());
        var total = await CountedPages.CountAsync(rows.OrderBy(app => app.Name).Select(app => app.Id), page, call.Token);
        var ordered = page.Descending ? rows.OrderByDescending(app => app.Name) : rows.OrderBy(app => app.Name);
        return page.Of((await ordered.PageOf(page).ToListAsync(call.Token)).ConvertAll(WireApplication.From), total);
    }
}
