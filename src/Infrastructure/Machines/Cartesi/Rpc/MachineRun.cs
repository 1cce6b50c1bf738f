using Rollups.Domain;

namespace Rollups.Machines.Cartesi.Rpc;

/// <summary>Runs one request on a waiting machine until it stops for good, and collects what the guest emits.</summary>
internal sealed class MachineRun
{
    /// <summary>Outputs, and as many reports, of one request.</summary>
    public const int MaxEmitted = 65536;

    // No guest needs so much, and the node has to hold it in memory.
    private const long MaxBytes = 256L << 20;

    private readonly MachineServer _server;
    private readonly RunLimits _limits;
    private readonly TimeProvider _clock;
    private readonly ulong _start;
    private readonly long _begun;
    private long _bytes;

    // The machine has run at least to the first cycle; the next state is due at the second; the third is the target of the current call.
    private ulong _now;
    private ulong _boundary;
    private ulong _end;

    // Whether the current call may last as long as the whole may.
    private bool _isLast;

    /// <param name="server">The machine.</param>
    /// <param name="start">Its cycle before the request.</param>
    /// <param name="limits">Limits of the request.</param>
    /// <param name="clock">Clock of the deadlines.</param>
    public MachineRun(MachineServer server, ulong start, RunLimits limits, TimeProvider clock)
    {
        (_server, _start, _limits, _clock) = (server, start, limits, clock);
        (_begun, _now) = (clock.GetTimestamp(), start);
        _boundary = limits.StatesPeriod == 0 ? ulong.MaxValue : Sum(start, limits.StatesPeriod);
    }

    /// <summary>Outputs in emission order.</summary>
    public List<byte[]> Outputs { get; } = [];

    /// <summary>Reports in emission order.</summary>
    public List<byte[]> Reports { get; } = [];

    /// <summary>
    /// The machine's root after each full stride: the hashes of <c>collect_mcycle_root_hashes</c> without the padding behind the stop.
    /// Plain runs to the end of each stride give the same list, cost nothing for inputs that are shorter, and keep the increments.
    /// </summary>
    public List<Hash32> States { get; } = [];

    /// <summary>Time since the request was sent.</summary>
    public TimeSpan Elapsed => _clock.GetElapsedTime(_begun);

    /// <summary>Sends the request and runs it to its end: a manual yield, a halt or an overflow.</summary>
    /// <exception cref="MachineException">
    /// A limit is reached, or the emulator failed. The machine is in the middle of the request.
    /// </exception>
    public async Task<BreakReason> RunAsync(CmioRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await RunToEndAsync(request, cancellationToken);
        }
        catch (ServerSilentException) when (_isLast)
        {
            throw TooLong();
        }
    }

    private async Task<BreakReason> RunToEndAsync(CmioRequest request, CancellationToken cancellationToken)
    {
        _end = NextEnd();
        var reason = await _server.SendAndRunAsync(request, _end, Deadline(), cancellationToken);
        while (true)
        {
            switch (reason)
            {
                case BreakReason.ReachedTarget:
                    await ReachAsync(_end, cancellationToken);
                    reason = await _server.RunAsync(_end, Deadline(), cancellationToken);
                    break;
                case BreakReason.Paused:
                    reason = await _server.RunAsync(_end, Deadline(), cancellationToken);
                    break;
                case BreakReason.YieldedAutomatically:
                    reason = await ReceiveAsync(cancellationToken);
                    break;
                case BreakReason.Failed:
                    throw new MachineException("The emulator failed while it ran.");
                default:
                    return reason;
            }
        }
    }

    private async Task<BreakReason> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_end < _boundary)
        {
            var (emission, reason) = await _server.ReceiveAndRunAsync(_end, Deadline(), cancellationToken);
            Keep(emission);
            return reason;
        }

        // The yield may be at the very end of a stride: its state is recorded before the machine leaves it.
        var last = await _server.ReceiveAsync(Deadline(), cancellationToken);
        Keep(last);
        if (last.Mcycle == _boundary)
            await ReachAsync(last.Mcycle, cancellationToken);
        return await _server.RunAsync(_end, Deadline(), cancellationToken);
    }

    private async Task ReachAsync(ulong cycle, CancellationToken cancellationToken)
    {
        _now = cycle;
        if (_now == _boundary && _limits.StatesPeriod != 0)
        {
            States.Add(await _server.GetRootHashAsync(cancellationToken));
            _boundary = Sum(_boundary, _limits.StatesPeriod);
        }

        _end = NextEnd();
    }

    private void Keep(Emission emission)
    {
        var emitted = emission.Reason switch
        {
            CmioReason.RejectedOrOutput => Outputs,
            CmioReason.ExceptionOrReport => Reports,
            // Progress, or what a later guest may say beside.
            _ => null,
        };
        if (emitted is null)
            return;
        if (emitted.Count == MaxEmitted)
            throw new MachineException($"It emitted more than {MaxEmitted} {(emitted == Outputs ? "outputs" : "reports")}.");
        _bytes += emission.Data.Length;
        if (_bytes > MaxBytes)
            throw new MachineException($"Its outputs and reports have more than {MaxBytes >> 20} MiB together.");
        emitted.Add(emission.Data);
    }

    private ulong NextEnd()
    {
        var most = _limits.MaxCycles == 0 ? ulong.MaxValue : Sum(_start, _limits.MaxCycles);
        if (_now >= most)
            throw new MachineException($"It used the {_limits.MaxCycles} cycles that the application's execution parameters allow.");
        return Math.Min(Math.Min(Sum(_now, _limits.Increment), _boundary), most);
    }

    private TimeSpan Deadline()
    {
        var left = _limits.MaxTimeout - Elapsed;
        if (left <= TimeSpan.Zero)
            throw TooLong();
        _isLast = left < _limits.IncrementTimeout;
        return _isLast ? left : _limits.IncrementTimeout;
    }

    private MachineException TooLong() =>
        new($"It did not end within the {_limits.MaxTimeout.TotalSeconds:0.###} s that its execution parameters allow.");

    // Cycle counters have 64 bits, and the window of a request ends at the largest number at the latest.
    private static ulong Sum(ulong cycle, ulong cycles) => cycle > ulong.MaxValue - cycles ? ulong.MaxValue : cycle + cycles;
}
