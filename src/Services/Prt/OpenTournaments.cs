using System.Collections.Concurrent;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Prt;

/// <summary>
/// What this process awaits on L1: the open tournaments, and for each application the block from which a check is due even without a log,
/// because a tournament ends by blocks alone.
/// </summary>
internal sealed class OpenTournaments
{
    private readonly ConcurrentDictionary<WorkKey, Waiting> _waiting = new();

    // Number of the newest head.
    private ulong _newest;

    /// <summary>Every awaited tournament, with its application.</summary>
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

    /// <summary>Every waiting application.</summary>
    public IReadOnlyList<WorkKey> Applications => [.. _waiting.Keys];

    /// <summary>Registers a new head; returns the applications whose check is due at that block.</summary>
    public IReadOnlyList<WorkKey> DueAt(ulong block)
    {
        // Before the list is read: an application that starts to wait meanwhile sees this head, or is found here.
        Interlocked.Exchange(ref _newest, block);
        return [.. _waiting.Where(pair => pair.Value.Block <= block).Select(pair => pair.Key)];
    }

    /// <summary>
    /// Makes the application wait for a log of these tournaments, or for the block. True if it need not wait: a head that arrived
    /// during the check has reached that block, or may have a log that no application awaited yet.
    /// </summary>
    /// <param name="application">The application.</param>
    /// <param name="tournaments">Its open tournaments.</param>
    /// <param name="block">Block from which a check is due without any log; 0 for each.</param>
    /// <param name="looked">Block up to which it has checked.</param>
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
