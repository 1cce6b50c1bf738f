using Microsoft.EntityFrameworkCore;
using Rollups.Api.Rpc;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Queries;

/// <summary>
/// What a list of outputs asks of their content. Each filter has its index, and no index has two of them. So the one whose list is short
/// for certain is searched, and its rows are held against the others.
/// </summary>
/// <param name="Selectors">First bytes, one of them; null: any.</param>
/// <param name="Destination">Contract that a voucher calls; null: any output.</param>
/// <param name="IsExecuted">Whether it is executed; null: either.</param>
internal sealed record OutputFilter(byte[][]? Selectors, Address? Destination, bool? IsExecuted)
{
    private const int Few = RpcLimits.CountedAhead;

    /// <summary>Whether every output passes.</summary>
    public bool IsEmpty => Selectors is null && Destination is null && IsExecuted is null;

    /// <summary>Whether none can pass: only vouchers have a destination.</summary>
    public bool MatchesNothing => Destination is not null && Selectors is [];

    /// <summary>The request's.</summary>
    public static OutputFilter Of(RpcCall call)
    {
        var destination = call.Find(Parameters.VoucherAddress);
        var selectors = call.Find(Parameters.OutputType)?.Values.Select(Hex.Decode).ToArray();
        if (destination is not null && selectors is not null)
        {
            byte[][] kinds = [.. Outputs.ExecutableSelectors.Where(kind => selectors.Any(asked => asked.AsSpan().SequenceEqual(kind)))];
            selectors = kinds.Length == Outputs.ExecutableSelectors.Count ? null : kinds;
        }

        return new OutputFilter(selectors, destination, call.Find(Parameters.Executed));
    }

    /// <summary>
    /// Where one kind of voucher with one destination is asked for: the one that has few outputs, whose list is the one to search. Which it
    /// is differs from application to application.
    /// </summary>
    public async Task<ShortList> ShortListAsync(IQueryable<Output> rows, CancellationToken cancellationToken)
    {
        if (Destination is null || Selectors is null || IsExecuted == true)
            return ShortList.None;
        if (await AreFewAsync(WithSelector(rows)))
            return ShortList.Kind;
        return await AreFewAsync(WithDestination(rows)) ? ShortList.Destination : ShortList.None;

        async Task<bool> AreFewAsync(IQueryable<Output> list) =>
            await list.OrderBy(output => output.Index).Select(output => output.Index).Take(Few + 1).CountAsync(cancellationToken) <= Few;
    }

    /// <summary>The outputs that pass, as lists that each have an index.</summary>
    /// <param name="outputs">Of the application.</param>
    /// <param name="rows">Those of a range.</param>
    /// <param name="shortList">The answer of <see cref="ShortListAsync"/>.</param>
    public IReadOnlyList<IQueryable<Output>> Lists(DenseRows<Output> outputs, IQueryable<Output> rows, ShortList shortList)
    {
        if (IsExecuted == true)
        {
            // Each of them cost an L1 transaction, so there are never many.
            var executed = rows.Where(output => output.ExecutionTransactionHash != null);
            return [Selectors is null && Destination is null ? executed : WithDestination(WithSelector(outputs.Short(executed)))];
        }

        // For the same reason, those that are left out here are few.
        var some = IsExecuted is null ? rows : rows.Where(output => output.ExecutionTransactionHash == null);
        if (Selectors is null)
            return [WithDestination(some)];
        if (Destination is null)
            return [.. Selectors.Select(selector => Of(some, selector))];
        return shortList switch
        {
            ShortList.Kind => [WithDestination(outputs.Short(WithSelector(some), Few))],
            ShortList.Destination => [WithSelector(outputs.Short(WithDestination(some), Few))],
            _ => [WithDestination(WithSelector(some))],
        };
    }

    private static IQueryable<Output> Of(IQueryable<Output> rows, byte[] selector) =>
        rows.Where(output => EF.Property<byte[]?>(output, DecodedColumns.Selector) == selector);

    private IQueryable<Output> WithSelector(IQueryable<Output> rows) =>
        Selectors switch
        {
            null => rows,
            [var only] => Of(rows, only),
            var several => rows.Where(output => several.Contains(EF.Property<byte[]?>(output, DecodedColumns.Selector))),
        };

    private IQueryable<Output> WithDestination(IQueryable<Output> rows) =>
        Destination is null ? rows : rows.Where(output => EF.Property<Address?>(output, DecodedColumns.Destination) == Destination);
}
