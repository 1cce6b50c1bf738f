using Microsoft.EntityFrameworkCore;
using Rollups.Api.Queries;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;
using Rollups.Persistence;

namespace Rollups.Api.Methods;

/// <summary>Methods about outputs.</summary>
internal static class OutputMethods
{
    public static IEnumerable<RpcMethod> All =>
        [
            RpcMethod.List<WireOutput>(
                "cartesi_listOutputs",
                "The outputs of an application, by index.",
                [
                    Parameters.Application,
                    Parameters.EpochIndex.Optional,
                    Parameters.InputIndex.Optional,
                    Parameters.OutputType,
                    Parameters.VoucherAddress,
                    .. Parameters.Page,
                    Parameters.From,
                    Parameters.To,
                    Parameters.Executed,
                ],
                OutputPages.ListAsync
            ),
            RpcMethod.Get<WireOutput>(
                "cartesi_getOutput",
                "One output, with its proof once the epoch's claim is calculated.",
                [Parameters.Application, Parameters.OutputIndex],
                GetAsync,
                canMiss: true
            ),
            RpcMethod.Get<ulong>(
                "cartesi_getExecutedOutputCount",
                "Number of outputs that L1 transactions have executed. It grows with every execution.",
                [Parameters.Application],
                OutputPages.ExecutedAsync
            ),
            RpcMethod.Get<ulong>(
                "cartesi_getPendingExecutableOutputCount",
                "Number of vouchers that can be executed now and are not yet; counted up to 100000.",
                [Parameters.Application],
                OutputPages.PendingAsync
            ),
        ];

    private static async Task<WireOutput> GetAsync(RpcCall call)
    {
        var (id, index) = (await call.ApplicationIdAsync(), call.Get(Parameters.OutputIndex));
        var row = await call
            .Db.Outputs.AsNoTracking()
            .SingleOrDefaultAsync(output => output.ApplicationId == id && output.Index == index, call.Token);
        return row is null
            ? throw RpcErrors.Missing($"The application has no output {index} (yet).")
            : WireOutput.From(row, await OutputProofs.ReadAsync(call.Db, [row], call.Token));
    }
}
