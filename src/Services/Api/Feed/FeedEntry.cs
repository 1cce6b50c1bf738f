using Rollups.Persistence;

namespace Rollups.Api.Feed;

/// <summary>An event on its way into the log.</summary>
/// <param name="row">Its row, without number and time of recording.</param>
/// <param name="order">The channel that delivered it; null on the in-memory bus.</param>
internal sealed class FeedEntry(FeedEvent row, DeliveryOrder? order)
{
    private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FeedEvent Row => row;

    public DeliveryOrder? Order => order;

    /// <summary>Ends when the event is committed, or cannot be.</summary>
    public Task Stored => _stored.Task;

    public void Succeed() => _stored.TrySetResult();

    public void Fail(Exception exception)
    {
        _stored.TrySetException(exception);
        // On the in-memory bus nobody waits for it: the recorder has logged it.
        _ = _stored.Task.Exception;
    }
}
