namespace Rollups.Testing;

/// <summary>Handles one request.</summary>
public delegate Task RpcAction(RpcExchange exchange);

/// <summary>A fault that a <see cref="JsonRpcProxy"/> applies to a method's calls, until it is disposed or used up.</summary>
public sealed class RpcFault : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string? _method;
    private readonly RpcAction _action;
    private readonly Action<RpcFault> _remove;
    private int? _left;
    private int _hits;
    private readonly TaskCompletionSource _started = NewSignal();
    private TaskCompletionSource _changed = NewSignal();

    internal RpcFault(string? method, RpcAction action, int? times, Action<RpcFault> remove)
    {
        _method = method;
        _action = action;
        _left = times;
        _remove = remove;
    }

    /// <summary>Requests that it was applied to, to completion.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Waits until it was applied to that many requests.</summary>
    public async Task UntilHitAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_hits >= count)
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until the first request is being held or hit.</summary>
    public Task UntilHitStartsAsync(CancellationToken cancellationToken) => _started.Task.WaitAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _remove(this);

    /// <summary>Whether the request is one to hit; if so, it is counted.</summary>
    internal bool Takes(RpcExchange exchange)
    {
        if (_left == 0 || (_method is not null && !exchange.Methods.Contains(_method)))
            return false;
        _left--;
        _started.TrySetResult();
        return true;
    }

    internal async Task ActAsync(RpcExchange exchange)
    {
        try
        {
            await _action(exchange);
        }
        finally
        {
            lock (_lock)
            {
                _hits++;
                _changed.SetResult();
                _changed = NewSignal();
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
