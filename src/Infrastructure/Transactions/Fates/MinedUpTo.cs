namespace Rollups.Transactions;

/// <summary>
/// The highest block in which this process has seen a transaction of ours. A node that has not come so far lags. Runs of several
/// applications raise it at the same time.
/// </summary>
internal sealed class MinedUpTo
{
    private ulong _block;

    /// <summary>Number of that block; 0 if none was seen.</summary>
    public ulong Block => Volatile.Read(ref _block);

    /// <summary>Raises it to that block, unless it is higher already.</summary>
    public void Raise(ulong block)
    {
        var highest = Block;
        while (block > highest)
        {
            var found = Interlocked.CompareExchange(ref _block, block, highest);
            if (found == highest)
                return;
            highest = found;
        }
    }
}
