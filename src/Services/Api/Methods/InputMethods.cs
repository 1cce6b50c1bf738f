using Microsoft.EntityFrameworkCore;
using Rollups.Api.Queries;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Methods;

/// <summary>Methods about inputs.</summary>
internal static class InputMethods
{
    public static IEnumerable<RpcMethod> All =>
        [
            RpcMethod.List<WireInput>(
                "cartesi_listInputs",
                "The inputs of an application, by index.",
                [
                    Parameters.Application,
                    Parameters.EpochIndex.Optional,
                    Parameters.Sender,
                    Parameters.TransactionHash,
                    .. Parameters.Page,
                    Parameters.From,
                    Parameters.To,
                ],
                ListAsync
            ),
            RpcMethod.Get<WireInput>(
                "cartesi_getInput",
                "One input.",
                [Parameters.Application, Parameters.InputIndex],
                GetAsync,
                canMiss: true
            ),
        ];

    private static async Task<WireInput> GetAsync(RpcCall call)
    {
        var (id, index) = (await call.ApplicationIdAsync(), call.Get(Parameters.InputIndex));
        var row = await call
            .Db.Inputs.AsNoTracking()
            .SingleOrDefaultAsync(input => input.ApplicationId == id && input.Index == index, call.Token);
        return row is null
            ? throw RpcErrors.Missing($"The node has read no input {index} of the application (yet).")
            : WireInput.From(row);
    }

    private static async Task<Listing<WireInput>> ListAsync(RpcCall call)
    {
        var id = await call.ApplicationIdAsync();
        var inputs = new DenseRows<Input>(
            call,
            call.Db.Inputs.Where(input => input.ApplicationId == id),
            input => 2L * input.RawData.Length
        );
        var (sender, transaction) = (call.Find(Parameters.Sender), call.Find(Parameters.TransactionHash));
        var isFiltered = sender is not null || transaction is not null;
        var range =
            call.Find(Parameters.EpochIndex) is { } epoch
                ? await inputs.NeighboursAsync(rows => rows.Where(input => input.EpochIndex == epoch))
            : isFiltered ? IndexRange.Any
            : await inputs.AllAsync();
        range = range.And(inputs.Asked());
        if (!isFiltered)
            return await inputs.PageAsync(range, WireInput.From);
        return await inputs.PageAsync(range, Filter, WireInput.From);

        IQueryable<Input> Filter(IQueryable<Input> rows)
        {
            if (transaction is { } hash)
                rows = inputs.Short(rows.Where(input => input.TransactionHash == hash));
            return sender is null ? rows : rows.Where(input => EF.Property<Address?>(input, DecodedColumns.Sender) == sender);
        }
    }
}
