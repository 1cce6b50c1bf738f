using System.Collections.Concurrent;
using Rollups.Domain;

namespace Rollups.Transactions;

/// <summary>
/// What this process remembers of the pending transactions: when each was broadcast, and what was logged of it already. Nothing of it
/// needs to outlive the process; <see cref="TransactionEnds"/> forgets a transaction with its end.
/// </summary>
internal sealed class BroadcastMemory
{
    // The block at the configured tag as of the last broadcast, and the row's version: a transaction reverted with its block and pending
    // again is broadcast at once.
    private readonly ConcurrentDictionary<Hash32, (ulong Top, DateTimeOffset Version)> _broadcast = new();

    // The L1 node's last refusal: logged once, not at every head.
    private readonly ConcurrentDictionary<Hash32, string> _refusals = new();

    // Logged as ones whose fees cannot be raised, and the newest block when that was last checked.
    private readonly ConcurrentDictionary<Hash32, ulong> _atTheBound = new();

    /// <summary>How many transactions it remembers.</summary>
    public int Count => _broadcast.Keys.Concat(_refusals.Keys).Concat(_atTheBound.Keys).Distinct().Count();

    /// <summary>Whether this version was broadcast less than that many blocks before <paramref name="top"/>.</summary>
    public bool IsRecent(L1Transaction stored, ulong top, int blocks) =>
        _broadcast.TryGetValue(stored.TransactionHash, out var last) && last.Version == stored.UpdatedAt && top < last.Top + (ulong)blocks;

    /// <summary>The L1 node took it: earlier refusals are void.</summary>
    public void Taken(L1Transaction stored, ulong top)
    {
        Offered(stored, top);
        _refusals.TryRemove(stored.TransactionHash, out _);
    }

    /// <summary>The L1 node did not take it, and offering it again at once would change nothing.</summary>
    public void Offered(L1Transaction stored, ulong top) => _broadcast[stored.TransactionHash] = (top, stored.UpdatedAt);

    /// <summary>Remembers a refusal; true if the previous one was another, or there was none.</summary>
    public bool IsNewRefusal(L1Transaction stored, string words)
    {
        if (_refusals.TryGetValue(stored.TransactionHash, out var earlier) && earlier == words)
            return false;
        _refusals[stored.TransactionHash] = words;
        return true;
    }

    /// <summary>Remembers that its fees cannot be raised; true the first time.</summary>
    public bool IsFirstAtTheBound(L1Transaction stuck, ulong head)
    {
        var isFirst = !_atTheBound.ContainsKey(stuck.TransactionHash);
        _atTheBound[stuck.TransactionHash] = head;
        return isFirst;
    }

    /// <summary>Whether it is known that its fees cannot be raised, which holds as long as the process: the bound is configured.</summary>
    public bool IsAtTheBound(Hash32 transaction) => _atTheBound.ContainsKey(transaction);

    /// <summary>The same, and it was checked less than that many blocks before <paramref name="head"/>.</summary>
    public bool IsAtTheBound(Hash32 transaction, ulong head, int blocks) =>
        _atTheBound.TryGetValue(transaction, out var last) && head < last + (ulong)blocks;

    /// <summary>Forgets a version that has ended, was replaced or is in a block: a next broadcast of it takes place at once.</summary>
    public void Forget(Hash32 transaction)
    {
        _broadcast.TryRemove(transaction, out _);
        _refusals.TryRemove(transaction, out _);
        _atTheBound.TryRemove(transaction, out _);
    }
}
