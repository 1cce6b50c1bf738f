using Rollups.Advancer.Snapshots;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Messaging;

namespace Rollups.Advancer;

/// <summary>
/// One turn of an application: its machine runs inputs in order, their results are stored in batches behind it, and closed epochs are
/// finished. What is stored is adopted at the end of an epoch and of the turn.
/// </summary>
internal sealed class Turn(
    StoreAdvance store,
    FinishEpochs finish,
    StoreSnapshots snapshots,
    AdvancerOptions options,
    TimeProvider clock,
    Application application,
    ResidentMachine resident,
    CancellationToken cancellationToken
)
{
    private readonly StoreQueue _queue = new(store, options, application, resident, cancellationToken);
    private readonly long _began = clock.GetTimestamp();
    private int _finished;

    /// <summary>Inputs stored and epochs finished.</summary>
    public int Done => _queue.Stored + _finished;

    /// <summary>False while the machine has a call whose end is not known: after a failure it cannot be kept.</summary>
    public bool IsMachineSound { get; private set; } = true;

    private SnapshotPolicy Policy => resident.Limits.SnapshotPolicy;

    /// <summary>Runs the inputs of the epochs, both in order.</summary>
    /// <exception cref="MachineException">The machine could not finish an input, or prove its state.</exception>
    /// <exception cref="MachineUnavailableException">The machine cannot run the next input now.</exception>
    public async Task<TurnEnd> RunAsync(IReadOnlyList<Epoch> epochs, InputPages inputs)
    {
        var isFirst = true;
        foreach (var epoch in epochs)
        {
            for (; await inputs.PeekAsync() is { } input && input.EpochIndex == epoch.Index; inputs.Take())
            {
                if (!isFirst && clock.GetElapsedTime(_began) > options.TurnTime)
                    return await SettleAsync() ? TurnEnd.OutOfTime : TurnEnd.Refused;
                isFirst = false;
                if (await AdvanceAsync(epoch, input) is { } end)
                    return end;
            }

            if (epoch.Status != EpochStatus.Closed || resident.NextInput != epoch.InputIndexUpperBound)
                break;
            if (!await SettleAsync() || !await finish.RunAsync(application, epoch, resident, cancellationToken))
                return TurnEnd.Refused;
            _finished++;
            if (
                Policy == SnapshotPolicy.EveryEpoch
                && epoch.InputIndexUpperBound > epoch.InputIndexLowerBound
                && await SnapshotAsync() is { } broken
            )
                return broken;
        }

        return await SettleAsync() ? TurnEnd.Complete : TurnEnd.Refused;
    }

    /// <summary>Waits until every result is stored, and adopts them. False if rows did not match the machine's position.</summary>
    public async Task<bool> SettleAsync()
    {
        if (!await _queue.DrainAsync())
            return false;
        IsMachineSound = false;
        await resident.AdoptAsync(CancellationToken.None);
        IsMachineSound = true;
        return true;
    }

    /// <summary>Waits until no transaction is under way, and takes the machine back to what is adopted.</summary>
    public async Task EndAsync()
    {
        await _queue.EndAsync();
        if (IsMachineSound && resident.Machine.IsUsable)
            await resident.DiscardAsync(CancellationToken.None);
    }

    /// <summary>Null if the turn goes on.</summary>
    private async Task<TurnEnd?> AdvanceAsync(Epoch epoch, Input input)
    {
        IsMachineSound = false;
        var result = await RunAsync(epoch, input);
        TournamentStates.Check(application, input, result);
        IsMachineSound = true;
        if (!await _queue.AddAsync(resident.Stage(input, result)))
            return await SettleAsync() ? null : TurnEnd.Refused;
        if (result.Outcome is not (AdvanceOutcome.Accepted or AdvanceOutcome.Rejected))
            return await SettleAsync() ? TurnEnd.Ended : TurnEnd.Refused;
        if (Policy != SnapshotPolicy.EveryInput || result.Outcome != AdvanceOutcome.Accepted)
            return null;
        return await SettleAsync() ? await SnapshotAsync() : TurnEnd.Refused;
    }

    private async Task<AdvanceResult> RunAsync(Epoch epoch, Input input)
    {
        using var span = EpochTrace.Continue("machine.advance", application, epoch);
        span?.SetTag("rollups.input", (long)input.Index);
        var began = clock.GetTimestamp();
        var result = await resident.Machine.AdvanceAsync(input.Index, input.RawData, cancellationToken);
        MachineMetrics.Advanced(clock.GetElapsedTime(began), result.Outcome);
        return result;
    }

    /// <summary>Null if the turn goes on: a machine that broke while it was stored is rebuilt first.</summary>
    private async Task<TurnEnd?> SnapshotAsync()
    {
        IsMachineSound = false;
        await snapshots.RunAsync(resident, cancellationToken);
        IsMachineSound = true;
        return resident.Machine.IsUsable ? null : TurnEnd.OutOfTime;
    }
}
