using Microsoft.EntityFrameworkCore;
using Rollups.Api.Rpc;
using Rollups.Api.Wire;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Queries;

/// <summary>Pages and numbers of outputs.</summary>
internal static class OutputPages
{
    // A siblings column is 63 hashes of 64 digits, quotes and comma.
    private const int ProofBytes = 63 * 69;
    private const int MostPending = 100_000;

    public static async Task<Listing<WireOutput>> ListAsync(RpcCall call)
    {
        var id = await call.ApplicationIdAsync();
        var outputs = new DenseRows<Output>(
            call,
            call.Db.Outputs.Where(output => output.ApplicationId == id),
            output =>
                (2L * output.RawData.Length)
                + (call.Db.OutputsTrees.Any(tree => tree.ApplicationId == id && tree.EpochIndex == output.EpochIndex) ? ProofBytes : 0)
        );
        var filter = OutputFilter.Of(call);
        var asked = outputs.Asked();
        if (filter.MatchesNothing)
            return call.Page.Of<WireOutput>([], 0);
        var range = (await RangeAsync(call, outputs, filter.IsEmpty)).And(asked);
        if (filter.IsEmpty)
            return await outputs.PageAsync(range, DescribeAsync);
        var shortList = await filter.ShortListAsync(outputs.Within(range), call.Token);
        return await outputs.PageAsync(range, rows => filter.Lists(outputs, rows, shortList), DescribeAsync);

        async Task<List<WireOutput>> DescribeAsync(List<Output> rows)
        {
            var proofs = await OutputProofs.ReadAsync(call.Db, rows, call.Token);
            return rows.ConvertAll(row => WireOutput.From(row, proofs));
        }
    }

    /// <summary>
    /// The exact number, by the index of executed outputs alone. Each of them cost an L1 transaction, so there are never many.
    /// </summary>
    public static async Task<ulong> ExecutedAsync(RpcCall call)
    {
        var id = await call.ApplicationIdAsync();
        return (ulong)
            await call.Db.Outputs.LongCountAsync(
                output => output.ApplicationId == id && output.ExecutionTransactionHash != null,
                call.Token
            );
    }

    /// <summary>Vouchers up to the last one of the last accepted epoch, by the index of vouchers that are not executed.</summary>
    public static async Task<ulong> PendingAsync(RpcCall call)
    {
        var id = await call.ApplicationIdAsync();
        if (await EpochPages.LastAcceptedAsync(call, id) is not { } epoch)
            return 0;
        var end = await call
            .Db.Outputs.Where(output => output.ApplicationId == id && output.EpochIndex <= epoch)
            .OrderByDescending(output => output.EpochIndex)
            .ThenByDescending(output => output.InputIndex)
            .ThenByDescending(output => output.Index)
            .Select(output => output.Index + 1)
            .FirstOrDefaultAsync(call.Token);
        return (ulong)
            await call
                .Db.Outputs.Where(output =>
                    output.ApplicationId == id
                    && output.Index < end
                    && EF.Property<Address?>(output, DecodedColumns.Destination) != null
                    && output.ExecutionTransactionHash == null
                )
                .OrderBy(output => output.Index)
                .Select(output => output.Index)
                .Take(MostPending)
                .LongCountAsync(call.Token);
    }

    /// <summary>
    /// Outputs of an epoch, and those of an input, are neighbours. The end of all is needed only where it gives their number.
    /// </summary>
    private static async Task<IndexRange> RangeAsync(RpcCall call, DenseRows<Output> outputs, bool isWhole)
    {
        var (epoch, input) = (call.Find(Parameters.EpochIndex.Optional), call.Find(Parameters.InputIndex.Optional));
        var range = epoch is { } e
            ? await outputs.NeighboursAsync(rows => rows.Where(output => output.EpochIndex == e), output => output.InputIndex)
            : IndexRange.Any;
        if (input is { } i)
            range = range.And(await outputs.NeighboursAsync(rows => rows.Where(output => output.InputIndex == i)));
        return epoch is null && input is null && isWhole ? await outputs.AllAsync() : range;
    }
}
