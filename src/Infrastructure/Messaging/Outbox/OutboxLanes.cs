using System.Threading.Channels;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// The commit's signal to the dispatcher: one flag per lane. A set flag is never lost, and many commits collapse into one wake-up.
/// </summary>
internal sealed class OutboxLanes
{
    private readonly Channel<OutboxSignal>[] _signals =
    [
        .. Enumerable
            .Range(0, OutboxLane.Count)
            .Select(_ =>
                Channel.CreateBounded<OutboxSignal>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite })
            ),
    ];

    /// <summary>The lane of a key; the same in every process (FNV-1a), unlike string.GetHashCode.</summary>
    public static short Of(string key)
    {
        var hash = 2166136261;
        foreach (var c in key)
            hash = (hash ^ char.ToLowerInvariant(c)) * 16777619;
        return (short)(hash % OutboxLane.Count);
    }

    public void Signal(short lane, OutboxSignal signal) => _signals[lane].Writer.TryWrite(signal);

    public ChannelReader<OutboxSignal> Signals(short lane) => _signals[lane].Reader;
}
