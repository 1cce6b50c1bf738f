namespace Rollups.Machines.Host;

/// <summary>
/// What the node and one backend hand each other: the node offers one request at a time, the backend asks for it, emits what belongs to
/// it, and finishes it by asking for the next. It knows nothing of HTTP.
/// </summary>
internal sealed class Exchange(TimeProvider clock)
{
    /// <summary>The same limits as in a Cartesi machine: 2^16 outputs and as many reports per input.</summary>
    public const int MaxEmitted = 65536;

    private readonly Lock _lock = new();

    // Waits for the backend, and is in its hands. At most one of a kind.
    private HostRequest? _offered;
    private HostRequest? _inHand;

    // The answer with the request in hand is being written: until then its client may turn out to be gone.
    private bool _isUnderWay;

    // The backend waits for a request.
    private TaskCompletionSource<HostRequest>? _asking;

    // The node has waited in vain for a backend.
    private bool _missed;

    /// <summary>A backend asks although none did when the node needed it.</summary>
    public event Action? Appeared;

    /// <summary>The request in the backend's hands; null if there is none.</summary>
    public HostRequest? Current => _inHand;

    /// <summary>The backend is a new process: what the former one had in its hands is lost, and it asks for nothing any more.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _inHand = null;
            _asking?.TrySetCanceled();
            _asking = null;
        }
    }

    /// <summary>Hands a request to the backend and returns its end. Call it for one request at a time.</summary>
    /// <param name="request">The request.</param>
    /// <param name="untilTaken">How long to wait for a backend that asks.</param>
    /// <param name="limit">How long the backend may take for it.</param>
    /// <param name="cancellationToken">Ends the wait; the request is taken back.</param>
    /// <returns>The end; null if no backend asked for the request.</returns>
    /// <exception cref="TimeoutException">The backend did not finish it in time.</exception>
    public async Task<HostEnd?> RunAsync(HostRequest request, TimeSpan untilTaken, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            bool busy;
            lock (_lock)
            {
                busy = _inHand is not null;
                Offer(request);
            }

            try
            {
                // A backend that still works on an abandoned query will come back.
                await request.Taken.Task.WaitAsync(busy ? limit : untilTaken, clock, cancellationToken);
            }
            catch (TimeoutException) when (!busy)
            {
                if (Missed(request))
                    return null;
            }

            return await request.Ended.Task.WaitAsync(limit, clock, cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                request.IsClosed = true;
                if (_offered == request)
                    _offered = null;
            }
        }
    }

    /// <summary>
    /// <c>/finish</c>: ends the request in the backend's hands, and waits for the next. The status of the first call, and of one after an
    /// exception, ends nothing.
    /// </summary>
    /// <returns>The request; null if none came in time.</returns>
    /// <exception cref="RollupRefusal">Another client waits already.</exception>
    public async Task<HostRequest?> FinishAsync(bool accept, TimeSpan wait, CancellationToken cancellationToken)
    {
        TaskCompletionSource<HostRequest> asking;
        bool appeared;
        lock (_lock)
        {
            if (_asking is not null || (_inHand is not null && _isUnderWay))
                throw new RollupRefusal(409, "another client of this application waits in /finish already: run one backend at a time");
            if (_inHand is { } done)
            {
                done.IsClosed = true;
                done.Ended.TrySetResult(new HostEnd(accept ? AdvanceOutcome.Accepted : AdvanceOutcome.Rejected));
                _inHand = null;
            }

            (appeared, _missed) = (_missed, false);
            if (_offered is { } offered)
                return Take(offered);
            asking = _asking = new TaskCompletionSource<HostRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (appeared)
            Appeared?.Invoke();
        try
        {
            return await asking.Task.WaitAsync(wait, clock, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            lock (_lock)
            {
                if (_asking == asking)
                    _asking = null;
                // Handed over in this very moment.
                if (!asking.Task.IsCompletedSuccessfully)
                    return null;
            }

            return await asking.Task;
        }
    }

    /// <summary>
    /// The client that asked for the request is still there: its next <c>/finish</c> ends it. Call it before the answer is written, because
    /// that call may come as soon as the answer does.
    /// </summary>
    public void Deliver(HostRequest request)
    {
        lock (_lock)
        {
            if (_inHand == request)
                _isUnderWay = false;
        }
    }

    /// <summary>The answer of <c>/finish</c> could not be written: the next call gets the same request.</summary>
    public void GiveBack(HostRequest request)
    {
        lock (_lock)
        {
            if (_inHand != request)
                return;
            _inHand = null;
            request.Outputs.Clear();
            request.Reports.Clear();
            if (!request.IsClosed)
                Offer(request);
        }
    }

    /// <summary>Adds an encoded output; returns its index in the application.</summary>
    /// <exception cref="RollupRefusal">The backend has no input in its hands, or emitted too many outputs.</exception>
    public ulong AddOutput(byte[] output)
    {
        lock (_lock)
        {
            var request = InHand("an output");
            if (request.FirstOutput is not { } first)
                throw new RollupRefusal(403, "a query has no outputs: answer it with reports");
            Add(request, request.Outputs, output, "outputs");
            return first + (ulong)request.Outputs.Count - 1;
        }
    }

    /// <summary>Adds a report.</summary>
    /// <exception cref="RollupRefusal">The backend has no request in its hands, or emitted too many reports.</exception>
    public void AddReport(byte[] report)
    {
        lock (_lock)
        {
            var request = InHand("a report");
            Add(request, request.Reports, report, "reports");
        }
    }

    /// <summary>Ends the request in the backend's hands in another way than <c>/finish</c> does.</summary>
    /// <exception cref="RollupRefusal">There is none.</exception>
    public void End(HostEnd end, string what)
    {
        lock (_lock)
        {
            var request = InHand(what);
            request.IsClosed = true;
            request.Ended.TrySetResult(end);
        }
    }

    private static void Add(HostRequest request, List<byte[]> emitted, byte[] item, string what)
    {
        if (emitted.Count == MaxEmitted)
        {
            request.IsClosed = true;
            request.Ended.TrySetException(new MachineException($"The backend emitted more than {MaxEmitted} {what} for {request.Name}."));
            throw new RollupRefusal(400, $"{request.Name} has {MaxEmitted} {what} already: the node has ended it");
        }

        emitted.Add(item);
    }

    private HostRequest InHand(string what) =>
        _inHand is { IsClosed: false } request && !_isUnderWay
            ? request
            : throw new RollupRefusal(
                403,
                $"{what} without a request: ask for one with /finish, and emit everything before the next /finish"
            );

    /// <summary>Call within the lock.</summary>
    private void Offer(HostRequest request)
    {
        if (_asking is { } asking)
        {
            _asking = null;
            asking.SetResult(Take(request));
        }
        else
        {
            _offered = request;
        }
    }

    /// <summary>Call within the lock.</summary>
    private HostRequest Take(HostRequest request)
    {
        _offered = null;
        (_inHand, _isUnderWay) = (request, true);
        request.Taken.TrySetResult();
        return request;
    }

    /// <summary>False if the backend took the request in this very moment.</summary>
    private bool Missed(HostRequest request)
    {
        lock (_lock)
        {
            if (request.Taken.Task.IsCompleted)
                return false;
            _offered = null;
            return _missed = true;
        }
    }
}
