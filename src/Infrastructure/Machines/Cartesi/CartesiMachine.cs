using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Machines.Cartesi.Rpc;
using Rollups.Machines.Cartesi.Servers;

namespace Rollups.Machines.Cartesi;

/// <summary>
/// An application in a Cartesi Machine. One resident machine runs the inputs; a copy of it is the way back after a rejected input or a
/// failed commit. A call that fails in the middle of an input leaves the machine unusable: the Advancer rebuilds it.
/// </summary>
internal sealed partial class CartesiMachine : IRollupsMachine
{
    private readonly IMachineServers _servers;
    private readonly Address _application;
    private readonly ExecutionParameters _limits;
    private readonly RunLimits _advance;
    private readonly ServerDeaths _deaths;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lineage _lineage;

    // Guards the lineage; held for milliseconds, and while inputs are run again. Queries queue up before the second one, so that an advance
    // waits for one query at most.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _queries = new(1);
    private readonly CancellationTokenSource _closed = new();
    private volatile Adopted _adopted;
    private ulong _staged;
    private bool _isRunning;
    private volatile bool _isLost;

    // An input has ended the application: its state is that of the resident machine, and no request follows.
    private MachineState? _end;
    private volatile bool _hasEnded;

    public CartesiMachine(
        IMachineServers servers,
        Address application,
        ulong processedInputs,
        MachineState state,
        ExecutionParameters limits,
        bool recordsStates,
        ForkPace pace,
        ServerDeaths deaths,
        TimeProvider clock,
        ILogger logger
    )
    {
        (_servers, _application, _limits, _deaths, _clock, _logger) = (servers, application, limits, deaths, clock, logger);
        _adopted = new Adopted(processedInputs, state.Root);
        _advance = RunLimits.Advance(limits, recordsStates);
        _lineage = new Lineage(servers, state, _advance with { StatesPeriod = 0 }, pace, clock);
    }

    private sealed record Adopted(ulong ProcessedInputs, Hash32 Root);

    public ulong ProcessedInputs => _adopted.ProcessedInputs;

    public Hash32 StateHash => _adopted.Root;

    /// <summary>The server that runs the inputs.</summary>
    internal MachineServer Resident => _lineage.Resident;

    public bool IsUsable => !_isLost && !_closed.IsCancellationRequested;

    public async Task<AdvanceResult> AdvanceAsync(ulong inputIndex, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        EnsureGoing();
        if (inputIndex != _adopted.ProcessedInputs + _staged)
            throw new MachineException(
                $"The machine of {_application} has run {_adopted.ProcessedInputs + _staged} inputs and cannot run input {inputIndex}."
            );
        if (_end is not null)
            throw new MachineException($"The machine of {_application} has ended with an input before input {inputIndex}.");
        await PrepareAsync(cancellationToken);
        try
        {
            var before = _lineage.State;
            var run = new MachineRun(_lineage.Resident, before.Mcycle, _advance, _clock);
            var reason = await run.RunAsync(new CmioRequest(input, before.Root), cancellationToken);
            var rest = await _lineage.Resident.RestAsync(withRoot: true, cancellationToken);
            await _turn.WaitAsync(cancellationToken);
            try
            {
                return await StageAsync(input, before, run, AdvanceEnd.Of(reason, rest), cancellationToken);
            }
            finally
            {
                _isRunning = false;
                _turn.Release();
            }
        }
        catch (Exception exception)
        {
            throw await LoseAsync(exception, $"input {inputIndex}");
        }
    }

    public async Task AdoptAsync(CancellationToken cancellationToken)
    {
        if (_staged == 0)
            throw new MachineException("There is no staged state to adopt.");
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _lineage.AdoptAsync();
            _adopted = new Adopted(_adopted.ProcessedInputs + _staged, (_end ?? _lineage.State).Root);
            (_staged, _hasEnded) = (0, _end is not null);
            _deaths.Progressed();
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task DiscardAsync(CancellationToken cancellationToken)
    {
        if (_staged == 0)
            return;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (IsUsable && (_end is not null || _lineage.IsAhead))
                await _lineage.DiscardAsync(cancellationToken);
            (_staged, _end) = (0, null);
        }
        catch (Exception exception)
        {
            // The machine is not usable any more: a replay brings another one to the stored state.
            var failure = await LoseAsync(exception, "the return to the stored state");
            cancellationToken.ThrowIfCancellationRequested();
            LogNoReturn(failure.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<StateProof> ProveStateAsync(CancellationToken cancellationToken)
    {
        EnsureGoing();
        if (_staged > 0)
            throw new MachineException($"The machine of {_application} has staged inputs: its state is not the adopted one.");
        try
        {
            return await CartesiProof.ReadAsync(_lineage.Resident, _adopted.Root, cancellationToken);
        }
        catch (Exception exception)
        {
            throw await LoseAsync(exception, "the proof of its state");
        }
    }

    public async Task<bool> SnapshotAsync(string folder, CancellationToken cancellationToken)
    {
        EnsureGoing();
        if (_staged > 0 || _hasEnded)
            throw new IOException($"The machine of {_application} is not in a state that could be stored.");
        try
        {
            // A copy stores itself: if the disk is full or hangs, only the copy is lost.
            var copy = await _servers.ForkAsync(_lineage.Resident, cancellationToken);
            try
            {
                return await CartesiSnapshot.WriteAsync(copy, folder, _adopted.ProcessedInputs, _adopted.Root, _limits, cancellationToken);
            }
            finally
            {
                await _servers.EndAsync(copy);
            }
        }
        catch (Exception exception) when (exception is ServerRefusedException or ServerLostException or ServerSilentException)
        {
            throw new IOException(
                $"The machine of {_application} could not be stored in {folder} ({Faults.Sentence(exception)}).",
                exception
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_closed.IsCancellationRequested)
            return;
        await _closed.CancelAsync();
        await _servers.DisposeAsync();
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _lineage.PrepareAsync(cancellationToken);
            _isRunning = true;
        }
        catch (ServerRefusedException exception)
        {
            LogNoCopy(_application, exception.Message, Faults.Later);
            throw new MachineUnavailableException($"The machine of {_application} cannot be copied ({exception.Message}).", Faults.Later);
        }
        catch (Exception exception)
        {
            throw await LoseAsync(exception, "the copy before an input");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stages the end of an input, and undoes a rejected one.</summary>
    private async Task<AdvanceResult> StageAsync(
        ReadOnlyMemory<byte> input,
        MachineState before,
        MachineRun run,
        AdvanceEnd end,
        CancellationToken cancellationToken
    )
    {
        var after = end.After(before);
        if (end.Outcome == AdvanceOutcome.Accepted)
            _lineage.Accept(input, after, run.Elapsed);
        else if (end.Outcome == AdvanceOutcome.Rejected)
            await _lineage.UndoAsync(cancellationToken);
        else
            _end = after;
        _staged++;
        var accepted = end.Outcome == AdvanceOutcome.Accepted;
        return new AdvanceResult(
            end.Outcome,
            accepted ? run.Outputs : [],
            accepted ? run.Reports : [],
            end.ExceptionData,
            after.Root,
            after.OutputsRoot,
            _advance.StatesPeriod == 0 ? [] : MachineStates.Of(run.States, after.Root)
        );
    }

    private void EnsureGoing()
    {
        if (!IsUsable)
            throw new MachineException($"The machine of {_application} is closed: it must be built anew.");
        if (_hasEnded)
            throw new MachineException($"The machine of {_application} has ended with its last input.");
    }

    /// <summary>
    /// The machine is in an unknown state. Ends it at once, because a server goes on with its last call whoever waits for it.
    /// </summary>
    /// <returns>The exception for the caller.</returns>
    private async Task<Exception> LoseAsync(Exception exception, string what)
    {
        _isLost = true;
        var words = _servers.LastWords;
        await _servers.DisposeAsync();
        switch (exception)
        {
            case ServerLostException when _closed.IsCancellationRequested:
                return new MachineException($"The machine of {_application} was closed at {what}.", exception);
            case ServerLostException lost:
                var death = _deaths.Died(lost, what, words);
                if (death is MachineUnavailableException)
                    LogLost(death.Message);
                return death;
            case ServerRefusedException or ServerSilentException:
                return new MachineException(
                    $"The machine of {_application} failed at {what}: {Faults.Sentence(exception)}. The node has ended it.",
                    exception
                );
            case MachineException:
                return new MachineException($"The machine of {_application} failed at {what}: {exception.Message}", exception);
            default:
                // A cancellation, as it is.
                return exception;
        }
    }

    [LoggerMessage(641, LogLevel.Warning, "{Message} The application stays enabled and its input unprocessed")]
    private partial void LogLost(string message);

    [LoggerMessage(645, LogLevel.Warning, "{Message} The node builds the machine anew")]
    private partial void LogNoReturn(string message);

    [LoggerMessage(
        642,
        LogLevel.Warning,
        "The machine of {Application} cannot be copied, because {Reason}. Its inputs wait, and the node retries in {Wait}: free memory on "
            + "the host"
    )]
    private partial void LogNoCopy(Address application, string reason, TimeSpan wait);
}
