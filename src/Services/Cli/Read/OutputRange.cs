using Microsoft.EntityFrameworkCore;

namespace Rollups.Cli.Read;

/// <summary>
/// Outputs and reports are numbered in the order of their inputs, so those of an epoch or of an input are one range of indexes: a page of
/// them is a range of the primary key.
/// </summary>
internal static class OutputRange
{
    /// <summary>The first and the last index of an epoch's or an input's rows, within the given bounds; null when it has none.</summary>
    public static async Task<(ulong? From, ulong? To)?> FindAsync<T>(
        IQueryable<T> rows,
        ulong? epoch,
        ulong? input,
        ulong? from,
        ulong? to,
        CancellationToken cancellationToken
    )
        where T : class
    {
        if (epoch is null && input is null)
            return (from, to);
        if (epoch is { } ofEpoch)
            rows = rows.Where(row => EF.Property<ulong>(row, nameof(Domain.Output.EpochIndex)) == ofEpoch);
        if (input is { } ofInput)
            rows = rows.Where(row => EF.Property<ulong>(row, nameof(Domain.Output.InputIndex)) == ofInput);
        var first = await rows.OrderBy(row => EF.Property<ulong>(row, nameof(Domain.Output.InputIndex)))
            .ThenBy(row => EF.Property<ulong>(row, nameof(Domain.Output.Index)))
            .Select(row => (ulong?)EF.Property<ulong>(row, nameof(Domain.Output.Index)))
            .FirstOrDefaultAsync(cancellationToken);
        if (first is not { } low)
            return null;
        var high = await rows.OrderByDescending(row => EF.Property<ulong>(row, nameof(Domain.Output.InputIndex)))
            .ThenByDescending(row => EF.Property<ulong>(row, nameof(Domain.Output.Index)))
            .Select(row => EF.Property<ulong>(row, nameof(Domain.Output.Index)))
            .FirstAsync(cancellationToken);
        return (Math.Max(low, from ?? 0), Math.Min(high, to ?? high));
    }
}
