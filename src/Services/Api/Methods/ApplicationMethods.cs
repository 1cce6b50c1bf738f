using Microsoft.EntityFrameworkCore;
using Rollups.Api.Queries;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;
using Rollups.Domain;

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
                async call => (await DescribeAsync(call, [await call.ApplicationAsync()]))[0]
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
        return page.Of(await DescribeAsync(call, await ordered.PageOf(page).ToListAsync(call.Token)), total);
    }

    private static async Task<List<WireApplication>> DescribeAsync(RpcCall call, List<Application> applications)
    {
        var ids = applications.ConvertAll(app => app.Id);
        var limits = await call
            .Db.ExecutionParameters.AsNoTracking()
            .Where(row => ids.Contains(row.ApplicationId))
            .ToDictionaryAsync(row => row.ApplicationId, call.Token);
        return applications.ConvertAll(app => WireApplication.From(app, limits.GetValueOrDefault(app.Id)));
    }
}
