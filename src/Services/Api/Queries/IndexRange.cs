namespace Rollups.Api.Queries;

/// <summary>Indexes from <paramref name="First"/> up to, not including, <paramref name="End"/>.</summary>
internal readonly record struct IndexRange(ulong First, ulong End)
{
    /// <summary>No index.</summary>
    public static readonly IndexRange None = new(0, 0);

    /// <summary>Every index that the database can store.</summary>
    public static readonly IndexRange Any = new(0, long.MaxValue);

    /// <summary>How many indexes it has.</summary>
    public ulong Count => End > First ? End - First : 0;

    /// <summary>What both have.</summary>
    public IndexRange And(IndexRange other) => new(Math.Max(First, other.First), Math.Min(End, other.End));

    /// <summary>The part that a page shows, in ascending order whatever the order of the page.</summary>
    public IndexRange PageOf(Rpc.PageRequest page)
    {
        var left = Count - Math.Min(Count, (ulong)page.Offset);
        var length = Math.Min(left, (ulong)page.Limit);
        if (length == 0)
            return None;
        return page.Descending
            ? new IndexRange(End - (ulong)page.Offset - length, End - (ulong)page.Offset)
            : new IndexRange(First + (ulong)page.Offset, First + (ulong)page.Offset + length);
    }
}
