using Rollups.Domain;

namespace Rollups.Advancer;

/// <summary>
/// Stores the results of one turn while its machine runs on. A result that comes alone is stored at once; those that come while a
/// transaction is under way form the next batch. A full batch makes the machine wait. Call it from one place at a time.
/// </summary>
internal sealed class StoreQueue(
    StoreAdvance store,
    AdvancerOptions options,
    Application application,
    ResidentMachine resident,
    CancellationToken cancellationToken
)
{
    private readonly Lock _lock = new();
    private List<InputRun> _waiting = [];
    private long _bytes;
    private TaskCompletionSource _taken = NewSource();
    private Task _storing = Task.CompletedTask;
    private bool _isStoring;
    private volatile bool _hasEnded;

    /// <summary>Number of inputs whose results are stored.</summary>
    public int Stored { get; private set; }

    /// <summary>
    /// Adds the next result, and waits while the batch is full. False once rows did not match the machine's position, or a transaction
    /// failed: nothing more is stored then.
    /// </summary>
    public async Task<bool> AddAsync(InputRun run)
    {
        Task room;
        lock (_lock)
        {
            if (_hasEnded)
                return false;
            _waiting.Add(run);
            _bytes += run.Bytes;
            if (!_isStoring)
            {
                _isStoring = true;
                // Taken here and now, so that it is stored alone whatever the machine does meanwhile.
                var first = Take();
                _storing = Task.Run(() => StoreAsync(first), CancellationToken.None);
            }

            room = IsFull ? _taken.Task : Task.CompletedTask;
        }

        await room;
        return !_hasEnded;
    }

    /// <summary>Waits until everything added is stored. False as for <see cref="AddAsync"/>; a failed transaction throws.</summary>
    public async Task<bool> DrainAsync()
    {
        await _storing;
        return !_hasEnded;
    }

    /// <summary>Waits until no transaction is under way, whatever its end.</summary>
    public async Task EndAsync() => await _storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private bool IsFull => _waiting.Count >= options.StoreBatchSize || _bytes >= (long)options.StoreBatchMegabytes << 20;

    private async Task StoreAsync(List<InputRun> first)
    {
        var isSound = false;
        try
        {
            for (var batch = first; batch.Count > 0; batch = TakeNext())
            {
                if (!await store.RunAsync(application, batch, resident, cancellationToken))
                    return;
                Stored += batch.Count;
            }

            isSound = true;
        }
        finally
        {
            if (!isSound)
                End();
        }
    }

    private List<InputRun> TakeNext()
    {
        lock (_lock)
        {
            _isStoring = _waiting.Count > 0;
            return Take();
        }
    }

    /// <summary>Call within the lock.</summary>
    private List<InputRun> Take()
    {
        var batch = _waiting;
        (_waiting, _bytes) = ([], 0);
        _taken.SetResult();
        _taken = NewSource();
        return batch;
    }

    private void End()
    {
        lock (_lock)
        {
            _hasEnded = true;
            _taken.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
