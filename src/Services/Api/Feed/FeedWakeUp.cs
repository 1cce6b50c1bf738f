namespace Rollups.Api.Feed;

/// <summary>Wakes the process's one reader of the log; any number of wake-ups before it reads count as one.</summary>
internal sealed class FeedWakeUp : IDisposable
{
    private readonly SemaphoreSlim _due = new(0, 1);

    public void Ring()
    {
        try
        {
            if (_due.CurrentCount == 0)
                _due.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has rung meanwhile.
        }
    }

    /// <summary>True once it was rung; false when the time is up.</summary>
    public Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellationToken) => _due.WaitAsync(limit, cancellationToken);

    public void Dispose() => _due.Dispose();
}
