using Rollups.Machines.Cartesi.Rpc;
using Rollups.Machines.Cartesi.Servers;

namespace Rollups.Machines.Cartesi;

/// <summary>
/// The resident machine, which runs input after input, and the copies from which an earlier state can be had again: at most one that is no
/// later than the adopted state, and one later. From a copy, the accepted inputs since then are run again with the same revert roots. Call
/// it from one place at a time.
/// </summary>
internal sealed class Lineage(IMachineServers servers, MachineState state, RunLimits limits, ForkPace pace, TimeProvider clock)
{
    // Accepted inputs are counted from the beginning: so a count still names its state after older inputs are forgotten.
    private readonly record struct Copy(MachineServer Server, long At);

    private readonly List<Copy> _copies = [];

    // The accepted inputs since the first copy, or since the adopted state if there is none.
    private readonly List<Step> _steps = [];
    private MachineState _first = state;
    private long _forgotten;
    private long _adopted;

    // A query came since the last copy of an adopted state: another one may follow.
    private bool _isAsked;

    /// <summary>The machine after all accepted inputs.</summary>
    public MachineServer Resident { get; private set; } = servers.First;

    /// <summary>Its state.</summary>
    public MachineState State => At(Accepted);

    /// <summary>Whether inputs were accepted since the last adoption.</summary>
    public bool IsAhead => Accepted > _adopted;

    private long Accepted => _forgotten + _steps.Count;

    /// <summary>Makes a copy of the resident machine if one is due.</summary>
    /// <exception cref="ServerRefusedException">The system has no room for a copy, and there is no earlier one.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_copies.Count > 0 && (_copies[^1].At == Accepted || !(pace.IsDue || (_isAsked && !IsAhead))))
            return;
        try
        {
            await CopyAsync(cancellationToken);
        }
        catch (ServerRefusedException) when (_copies.Count > 0)
        {
            // The earlier copy does, too: there is only more to run again.
            return;
        }

        await TrimAsync();
    }

    /// <summary>The resident machine has accepted an input.</summary>
    public void Accept(ReadOnlyMemory<byte> input, MachineState after, TimeSpan ran)
    {
        _steps.Add(new Step(input, State, after));
        pace.Accepted(ran);
    }

    /// <summary>What was accepted will not be taken back.</summary>
    public Task AdoptAsync()
    {
        _adopted = Accepted;
        return TrimAsync();
    }

    /// <summary>The last input is undone: the resident machine is in <see cref="State"/> again.</summary>
    /// <exception cref="MachineException">Running inputs again gave another root.</exception>
    public Task UndoAsync(CancellationToken cancellationToken) => ReturnAsync(Accepted, cancellationToken);

    /// <summary>Everything since the last adoption is undone.</summary>
    /// <exception cref="MachineException">Running inputs again gave another root.</exception>
    public Task DiscardAsync(CancellationToken cancellationToken) => ReturnAsync(_adopted, cancellationToken);

    /// <summary>
    /// A server from which queries on the adopted state are forked: a copy of that state. Without one, the resident machine is copied while
    /// it rests in that state; otherwise the result is a new copy of an earlier state that must run the inputs since then, and is given
    /// back with <see cref="KeepAsync"/>. So one query of many pays for it, and the resident machine is not copied for each.
    /// </summary>
    /// <param name="isResting">Whether the resident machine waits for a request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<QueryBase> FindBaseAsync(bool isResting, CancellationToken cancellationToken)
    {
        _isAsked = true;
        var state = At(_adopted);
        var copy = _copies.FindLast(copy => copy.At <= _adopted);
        if (isResting && !IsAhead && (copy.Server is null || copy.At < _adopted))
        {
            copy = await CopyAsync(cancellationToken);
            _isAsked = true;
            await TrimAsync();
        }

        return copy.At == _adopted
            ? new QueryBase(copy.Server, _adopted, [], state)
            : new QueryBase(
                await servers.ForkAsync(copy.Server, cancellationToken),
                _adopted,
                _steps[(int)(copy.At - _forgotten)..(int)(_adopted - _forgotten)],
                state
            );
    }

    /// <summary>Keeps a copy that has run the inputs up to its adopted state, or ends it if there is a later one.</summary>
    public Task KeepAsync(QueryBase found)
    {
        if (found.At < _forgotten)
            return servers.EndAsync(found.Server);
        var later = _copies.FindIndex(copy => copy.At > found.At);
        _copies.Insert(later < 0 ? _copies.Count : later, new Copy(found.Server, found.At));
        return TrimAsync();
    }

    /// <summary>Runs accepted inputs again.</summary>
    /// <exception cref="MachineException">They gave another root.</exception>
    public async Task RepeatAsync(MachineServer server, IEnumerable<Step> steps, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            var run = new MachineRun(server, step.Before.Mcycle, limits, clock);
            await run.RunAsync(new CmioRequest(step.Input, step.Before.Root), cancellationToken);
            var root = await server.GetRootHashAsync(cancellationToken);
            if (root != step.After.Root)
                throw new MachineException(
                    $"An input that was run again from the state {step.Before.Root} gave the state {root} and not {step.After.Root}: the "
                        + "machine server is not deterministic, or memory is damaged."
                );
        }
    }

    private MachineState At(long accepted) => accepted == _forgotten ? _first : _steps[(int)(accepted - _forgotten) - 1].After;

    private async Task<Copy> CopyAsync(CancellationToken cancellationToken)
    {
        var copy = new Copy(await servers.ForkAsync(Resident, cancellationToken), Accepted);
        _copies.Add(copy);
        _isAsked &= IsAhead;
        pace.Forked();
        return copy;
    }

    private async Task ReturnAsync(long accepted, CancellationToken cancellationToken)
    {
        await servers.EndAsync(Resident);
        while (_copies[^1].At > accepted)
        {
            await servers.EndAsync(_copies[^1].Server);
            _copies.RemoveAt(_copies.Count - 1);
        }

        var copy = _copies[^1];
        // What is behind the adopted state needs its copy again if a commit fails.
        if (_copies.Count > 1 || accepted == _adopted)
        {
            _copies.RemoveAt(_copies.Count - 1);
            Resident = copy.Server;
        }
        else
        {
            Resident = await servers.ForkAsync(copy.Server, cancellationToken);
        }

        var kept = (int)(accepted - _forgotten);
        _steps.RemoveRange(kept, _steps.Count - kept);
        await RepeatAsync(Resident, _steps[(int)(copy.At - _forgotten)..], cancellationToken);
        pace.Returned();
        await TrimAsync();
    }

    /// <summary>Ends the copies that are of no use any more, and forgets the inputs before the others.</summary>
    private async Task TrimAsync()
    {
        var kept = _copies.FindLastIndex(copy => copy.At <= _adopted);
        for (var i = _copies.Count - 2; i >= 0; i--)
        {
            if (i == kept)
                continue;
            await servers.EndAsync(_copies[i].Server);
            _copies.RemoveAt(i);
        }

        var first = _copies.Count > 0 ? _copies[0].At : Accepted;
        _first = At(first);
        _steps.RemoveRange(0, (int)(first - _forgotten));
        _forgotten = first;
    }
}
