namespace Rollups.Messaging;

/// <summary>
/// Lanes that cannot send because of the broker. They try one at a time and with growing waits, because each attempt keeps a database
/// connection for as long as the broker does not answer. As soon as one send succeeds, the other lanes follow at once.
/// </summary>
internal sealed class SendOutage(BrokerState state, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _failures;

    public void Dispose() => _turn.Dispose();

    /// <summary>
    /// Returns when the lane may try: at once, unless its last attempt met an outage. Dispose the result after the attempt.
    /// </summary>
    public async Task<IDisposable?> EnterAsync(short lane, CancellationToken cancellationToken)
    {
        if (state.Sending(lane) is null)
            return null;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Volatile.Read(ref _failures) is > 0 and var failures)
                await Task.Delay(
                    TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(failures, 10) - 1))),
                    clock,
                    cancellationToken
                );
        }
        catch
        {
            _turn.Release();
            throw;
        }

        return new Turn(_turn);
    }

    /// <summary>Records that the lane sent a message. Returns true when that ends the outage of the last waiting lane.</summary>
    public bool Sent(short lane)
    {
        Volatile.Write(ref _failures, 0);
        return state.SetSending(lane, null) is not null && !state.IsAnyWaiting;
    }

    /// <summary>
    /// Records that the lane met an outage. Returns true when the reason is new: no lane waits for it yet, and the connection is not known
    /// to be lost.
    /// </summary>
    public bool Failed(short lane, string reason)
    {
        Interlocked.Increment(ref _failures);
        var isNews = state.Connection is null && !state.IsWaitingFor(reason);
        state.SetSending(lane, reason);
        return isNews;
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
