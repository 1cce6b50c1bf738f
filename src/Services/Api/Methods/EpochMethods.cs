using Microsoft.EntityFrameworkCore;
using Rollups.Api.Queries;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;

namespace Rollups.Api.Methods;

/// <summary>Methods about epochs.</summary>
internal static class EpochMethods
{
    public static IEnumerable<RpcMethod> All =>
        [
            RpcMethod.List<WireEpoch>(
                "cartesi_listEpochs",
                "The epochs of an application, by index, without their proofs.",
                [Parameters.Application, Parameters.Status, .. Parameters.Page, Parameters.From, Parameters.To],
                EpochPages.ListAsync
            ),
            RpcMethod.Get<WireEpoch>(
                "cartesi_getEpoch",
                "One epoch with its proofs.",
                [Parameters.Application, Parameters.EpochIndex],
                GetAsync,
                canMiss: true
            ),
            RpcMethod.Get<WireEpoch>(
                "cartesi_getEpochByVirtualIndex",
                "One epoch with its proofs, by its position.",
                [Parameters.Application, Parameters.VirtualIndex],
                GetByVirtualIndexAsync,
                canMiss: true
            ),
            RpcMethod.Get<ulong>(
                "cartesi_getLastAcceptedEpochIndex",
                "Index of the last epoch whose claim L1 accepted.",
                [Parameters.Application],
                LastAcceptedAsync,
                canMiss: true
            ),
        ];

    private static async Task<WireEpoch> GetAsync(RpcCall call)
    {
        var (id, index) = (await call.ApplicationIdAsync(), call.Get(Parameters.EpochIndex));
        var row = await call
            .Db.Epochs.AsNoTracking()
            .SingleOrDefaultAsync(epoch => epoch.ApplicationId == id && epoch.Index == index, call.Token);
        return row is null ? throw RpcErrors.Missing($"The application has no epoch {index}.") : WireEpoch.From(row);
    }

    private static async Task<WireEpoch> GetByVirtualIndexAsync(RpcCall call)
    {
        var (id, index) = (await call.ApplicationIdAsync(), call.Get(Parameters.VirtualIndex));
        var row = await call
            .Db.Epochs.AsNoTracking()
            .SingleOrDefaultAsync(epoch => epoch.ApplicationId == id && epoch.VirtualIndex == index, call.Token);
        return row is null ? throw RpcErrors.Missing($"The application has no epoch at position {index}.") : WireEpoch.From(row);
    }

    private static async Task<ulong> LastAcceptedAsync(RpcCall call) =>
        await EpochPages.LastAcceptedAsync(call, await call.ApplicationIdAsync())
        ?? throw RpcErrors.Missing("L1 has accepted no claim of the application yet.");
}
