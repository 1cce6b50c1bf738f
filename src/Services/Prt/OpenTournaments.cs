using System.Collections.Concurrent;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Prt;

/// <summary>
/// What this process waits for on L1: the tournaments that are open, and for each application the block from which a look is due although
/// no log says so, because a tournament ends by blocks alone.
/// </summary>
internal sealed class OpenTournaments
{
    private readonly ConcurrentDictionary<WorkKey, Waiting> _waiting = new();

    // Number of the newest head.
    private ulong _newest;

    /// <summary>Every tournament that is waited for, with its application.</summary>
    public IReadOnlyDictionary<Address, WorkKey> Addresses
    {
        get
        {
            var addresses = new Dictionary<Address, WorkKey>();
            foreach (var (application, waiting) in _waiting)
            {
                foreach (var tournament in waiting.Tournaments)
                    addresses[tournament] = application;
            }

            return addresses;
        }
    }

    /// <summary>Every application that waits.</summary>
    public IReadOnlyList<WorkKey> Applications => [.. _waiting.Keys];

    /// <summary>A new head: the applications whose look is due at that block.</summary>
    public IReadOnlyList<WorkKey> DueAt(ulong block)
    {
        // Before the list is read: an application that begins to wait meanwhile sees the head, or is seen here.
        Interlocked.Exchange(ref _newest, block);
        return [.. _waiting.Where(pair => pair.Value.Block <= block).Select(pair => pair.Key)];
    }

    /// <summary>
    /// The application waits for a log of these tournaments, or for the block. True where it need not wait: a head that came during the
    /// look has that block, or may have a log that nobody waited for yet.
    /// </summary>
    /// <param name="application">The application.</param>
    /// <param name="tournaments">Its open tournaments.</param>
    /// <param name="block">Block from which a look is due without any log; 0 for each.</param>
    /// <param name="looked">Block up to which it has looked.</param>
    public bool Wait(WorkKey application, IReadOnlyList<Address> tournaments, ulong block, ulong looked)
    {
        var isKnown = _waiting.TryGetValue(application, out var before) && tournaments.All(before.Tournaments.Contains);
        _waiting[application] = new Waiting(tournaments, block);
        var newest = Interlocked.Read(ref _newest);
        return newest > looked && (block <= newest || !isKnown);
    }

    /// <summary>The application waits for nothing on L1.</summary>
    public void Forget(WorkKey application) => _waiting.TryRemove(application, out _);

    private sealed record Waiting(IReadOnlyList<Address> Tournaments, ulong Block);
}
