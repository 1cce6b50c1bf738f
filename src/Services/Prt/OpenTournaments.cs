using System.Collections.Concurrent;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Prt;

/// <summary>
/// What this process waits for on L1: the tournaments that are open, and for each application the block from which a look is due although no log says so,
/// because a tournament ends by blocks alone.
/// </summary>
internal sealed class OpenTournaments
{
    private readonly ConcurrentDictionary<WorkKey, Waiting> _waiting = new();

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

    /// <summary>Applications whose look is due at that block.</summary>
    public IReadOnlyList<WorkKey> DueAt(ulong block) => [.. _waiting.Where(pair => pair.Value.Block <= block).Select(pair => pair.Key)];

    /// <summary>The application waits for a log of these tournaments, or for the block.</summary>
    public void Wait(WorkKey application, IReadOnlyList<Address> tournaments, ulong block) => _waiting[application] = new Waiting(tournaments, block);

    /// <summary>The application waits for nothing on L1.</summary>
    public void Forget(WorkKey application) => _waiting.TryRemove(application, out _);

    private sealed record Waiting(IReadOnlyList<Address> Tournaments, ulong Block);
}
