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
    private readonly record struct Copy(MachineServer Server, int Steps);

    private readonly List<Copy> _copies = [];

    // The accepted inputs since the first copy, or since the adopted state if there is none.
    private readonly List<Step> _steps = [];
    private MachineState _first = state;
    private int _adopted;

    /// <summary>The machine after all accepted inputs.</summary>
    public MachineServer Resident { get; private set; } = servers.First;

    /// <summary>Its state.</summary>
    public MachineState State => At(_steps.Count);

    /// <summary>Whether inputs were accepted since the last adoption.</summary>
    public bool IsAhead => _steps.Count > _adopted;

    /// <summary>Makes a copy of the resident machine if one is due.</summary>
    /// <exception cref="ServerRefusedException">The system has no room for a copy, and there is no earlier one.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_copies.Count > 0 && (!pace.IsDue || _copies[^1].Steps == _steps.Count))
            return;
        try
        {
            _copies.Add(new Copy(await servers.ForkAsync(Resident, cancellationToken), _steps.Count));
        }
        catch (ServerRefusedException) when (_copies.Count > 0)
        {
            // The earlier copy does, too: there is only more to run again.
            return;
        }

        pace.Forked();
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
        _adopted = _steps.Count;
        return TrimAsync();
    }

    /// <summary>The last input is undone: the resident machine is in <see cref="State"/> again.</summary>
    /// <exception cref="MachineException">Running inputs again gave another root.</exception>
    public Task UndoAsync(CancellationToken cancellationToken) => ReturnAsync(_steps.Count, cancellationToken);

    /// <summary>Everything since the last adoption is undone.</summary>
    /// <exception cref="MachineException">Running inputs again gave another root.</exception>
    public Task DiscardAsync(CancellationToken cancellationToken) => ReturnAsync(_adopted, cancellationToken);

    /// <summary>A copy of the machine for a query, and the inputs that it must run to be in the adopted state.</summary>
    /// <param name="isResting">Whether the resident machine waits for a request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(MachineServer Server, IReadOnlyList<Step> Steps, MachineState State)> ForkAdoptedAsync(
        bool isResting,
        CancellationToken cancellationToken
    )
    {
        var state = At(_adopted);
        if (isResting && !IsAhead)
            return (await servers.ForkAsync(Resident, cancellationToken), [], state);
        var copy = _copies.FindLast(copy => copy.Steps <= _adopted);
        var steps = _steps[copy.Steps.._adopted];
        if (steps.Count > 0)
            pace.Ask();
        return (await servers.ForkAsync(copy.Server, cancellationToken), steps, state);
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

    private MachineState At(int steps) => steps == 0 ? _first : _steps[steps - 1].After;

    private async Task ReturnAsync(int steps, CancellationToken cancellationToken)
    {
        await servers.EndAsync(Resident);
        while (_copies[^1].Steps > steps)
        {
            await servers.EndAsync(_copies[^1].Server);
            _copies.RemoveAt(_copies.Count - 1);
        }

        var copy = _copies[^1];
        // What is behind the adopted state needs its copy again if a commit fails.
        if (_copies.Count > 1 || steps == _adopted)
        {
            _copies.RemoveAt(_copies.Count - 1);
            Resident = copy.Server;
        }
        else
        {
            Resident = await servers.ForkAsync(copy.Server, cancellationToken);
        }

        _steps.RemoveRange(steps, _steps.Count - steps);
        await RepeatAsync(Resident, _steps[copy.Steps..], cancellationToken);
        pace.Returned();
        await TrimAsync();
    }

    /// <summary>Ends the copies that are of no use any more, and forgets the inputs before the others.</summary>
    private async Task TrimAsync()
    {
        var kept = _copies.FindLastIndex(copy => copy.Steps <= _adopted);
        for (var i = _copies.Count - 2; i >= 0; i--)
        {
            if (i == kept)
                continue;
            await servers.EndAsync(_copies[i].Server);
            _copies.RemoveAt(i);
        }

        var useless = _copies.Count > 0 ? _copies[0].Steps : _steps.Count;
        if (useless == 0)
            return;
        _first = At(useless);
        _steps.RemoveRange(0, useless);
        _adopted -= useless;
        for (var i = 0; i < _copies.Count; i++)
            _copies[i] = _copies[i] with { Steps = _copies[i].Steps - useless };
    }
}

/// <summary>An accepted input.</summary>
/// <param name="Input">Its bytes.</param>
/// <param name="Before">The machine before it.</param>
/// <param name="After">The machine after it.</param>
internal readonly record struct Step(ReadOnlyMemory<byte> Input, MachineState Before, MachineState After);
