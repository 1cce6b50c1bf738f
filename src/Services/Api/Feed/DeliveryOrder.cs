namespace Rollups.Api.Feed;

/// <summary>
/// Puts the messages of one channel, which are handled side by side, back into the order in which the broker delivered them. Their tags
/// count from 1 without gaps, so a message is passed on once each one before it was passed on or has ended otherwise.
/// </summary>
/// <param name="take">Receives the entries, in order.</param>
/// <param name="close">Closes the channel: the broker takes back what is not acknowledged, in its order.</param>
internal sealed class DeliveryOrder(Action<FeedEntry> take, Func<Task> close)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, FeedEntry?> _early = [];
    private ulong _next = 1;
    private bool _isClosed;

    /// <summary>Passes the entry on in its turn.</summary>
    public void Add(ulong tag, FeedEntry entry) => Put(tag, entry);

    /// <summary>The message has ended, recorded or not: those behind it do not wait for it.</summary>
    public void End(ulong tag) => Put(tag, null);

    /// <summary>Gives back to the broker what is not recorded.</summary>
    public Task ReturnAsync()
    {
        Close();
        return close();
    }

    /// <summary>The channel is gone: the broker delivers what is not acknowledged again, elsewhere.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (var entry in _early.Values)
                entry?.Fail(Returned());
            _early.Clear();
        }
    }

    /// <summary>What ends the handling of a message that the broker has taken back. Its token is cancelled: no retry can help.</summary>
    public static OperationCanceledException Returned() =>
        new(
            "The channel of the push feed's queue is closed: the broker delivers the message again.",
            new CancellationToken(canceled: true)
        );

    private void Put(ulong tag, FeedEntry? entry)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                entry?.Fail(Returned());
                return;
            }

            if (tag < _next)
            {
                // A repeated attempt at a message that was passed on before.
                if (entry is not null)
                    take(entry);
                return;
            }

            _early[tag] = entry;
            while (_early.Remove(_next, out var next))
            {
                if (next is not null)
                    take(next);
                _next++;
            }
        }
    }
}
