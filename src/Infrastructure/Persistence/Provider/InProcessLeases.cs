using System.Collections.Concurrent;

namespace Rollups.Persistence;

/// <summary>Leases within one process: those of a SQLite file, however many hosts in the process use it. They are never lost.</summary>
internal sealed class InProcessLeases
{
    private static readonly ConcurrentDictionary<string, InProcessLeases> Files = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, Lease> _held = new(StringComparer.Ordinal);
    private long _terms;

    /// <summary>The leases of a file.</summary>
    public static InProcessLeases Of(string file) => Files.GetOrAdd(Path.GetFullPath(file), _ => new InProcessLeases());

    /// <summary>The lease, or null when it is held.</summary>
    public ILease? TryAcquire(string name)
    {
        var lease = new Lease(name, Interlocked.Increment(ref _terms), _held);
        return _held.TryAdd(name, lease) ? lease : null;
    }

    /// <summary>True until it is released.</summary>
    public bool IsHeld(ILease lease) => _held.TryGetValue(lease.Name, out var held) && held == lease;

    private sealed class Lease(string name, long term, ConcurrentDictionary<string, Lease> held) : ILease
    {
        public string Name => name;

        public long Term => term;

        public CancellationToken Lost => CancellationToken.None;

        public ValueTask DisposeAsync()
        {
            held.TryRemove(new KeyValuePair<string, Lease>(name, this));
            return ValueTask.CompletedTask;
        }
    }
}
