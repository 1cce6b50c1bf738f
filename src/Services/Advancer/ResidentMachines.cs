using Rollups.Advancer.Snapshots;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// The machines in memory. One replica owns an application at a time; a machine that is absent or behind is rebuilt by replaying its
/// inputs.
/// </summary>
internal sealed class ResidentMachines(
    MachineBuild build,
    MachineReplay replay,
    StoreSnapshots snapshots,
    IDatabaseProvider database,
    AdvancerOptions options,
    RelinquishedApplications relinquished
) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ResidentMachine> _machines = [];

    // Machines during their turn.
    private readonly Dictionary<int, ResidentMachine> _rented = [];

    // Relinquished machines that still hold their lease, until their task ends.
    private readonly Dictionary<int, TaskCompletionSource> _leaving = [];
    private long _turn;
    private int _surplus;

    /// <summary>
    /// The machine at the application's cursor, or null if another replica owns the application. Return it with
    /// <see cref="ReleaseAsync"/>.
    /// </summary>
    /// <exception cref="ReplayDivergedException">The replay does not reproduce the stored results.</exception>
    /// <exception cref="MachineException">The template cannot be loaded.</exception>
    /// <exception cref="MachineUnavailableException">The machine cannot be built now.</exception>
    public async Task<ResidentMachine?> RentAsync(Application application, ExecutionParameters limits, CancellationToken cancellationToken)
    {
        if (relinquished.Contains(application.Id))
            return null;
        ResidentMachine? resident;
        TaskCompletionSource? leaving;
        lock (_lock)
        {
            if (_machines.Remove(application.Id, out resident))
                resident.LastUsed = ++_turn;
            _leaving.TryGetValue(application.Id, out leaving);
        }

        // Otherwise its lease would seem to be another replica's, and this turn would be skipped.
        if (leaving is not null)
            await leaving.Task.WaitAsync(cancellationToken);

        if (await RentAsync(application, limits, resident, cancellationToken) is not { } rented)
            return null;
        lock (_lock)
            _rented[application.Id] = rented;
        return rented;
    }

    private async Task<ResidentMachine?> RentAsync(
        Application application,
        ExecutionParameters limits,
        ResidentMachine? resident,
        CancellationToken cancellationToken
    )
    {
        if (resident is not null)
        {
            if (
                !resident.Lost.IsCancellationRequested
                && resident.Machine.IsUsable
                && resident.Limits.UpdatedAt == limits.UpdatedAt
                && await CatchUpAsync(application, resident, cancellationToken)
            )
                return resident;
            await resident.DisposeAsync();
        }

        var lease = await database.TryAcquireLeaseAsync($"advancer:{application.Address}", cancellationToken);
        if (lease is null)
            return null;

        try
        {
            return await build.RunAsync(application, limits, lease, cancellationToken);
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Brings a machine that stayed in memory to the application's cursor; after a commit that failed or lost its answer it may be behind.
    /// False if it must be built anew.
    /// </summary>
    private async Task<bool> CatchUpAsync(Application application, ResidentMachine resident, CancellationToken cancellationToken)
    {
        if (resident.Machine.ProcessedInputs >= application.ProcessedInputs)
            return resident.Machine.ProcessedInputs == application.ProcessedInputs;
        try
        {
            await replay.RunAsync(application, resident, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is MachineException or ReplayDivergedException)
        {
            // Only a build from what is stored decides whether the application stops.
            return false;
        }
        catch
        {
            await resident.DisposeAsync();
            throw;
        }
    }

    /// <summary>Keeps the machine for the next turn, or closes it if its state is in doubt.</summary>
    /// <param name="application">The machine's application.</param>
    /// <param name="resident">The rented machine.</param>
    /// <param name="keep">False if the machine's state is in doubt.</param>
    /// <param name="moreDue">Whether its next turn follows at once; if so, it is not the one to relinquish.</param>
    public async Task ReleaseAsync(Application application, ResidentMachine resident, bool keep, bool moreDue)
    {
        var leaving = new List<Leaving>();
        lock (_lock)
        {
            _rented.Remove(application.Id);
            resident.LastUsed = ++_turn;
            if (keep)
                _machines[application.Id] = resident;
            if (keep && !moreDue && _surplus > 0)
                Relinquish(application.Id, resident, leaving);
            while (_machines.Count > options.ResidentMachines)
            {
                var (id, idle) = _machines.MinBy(entry => entry.Value.LastUsed);
                Leave(id, idle, leaving, sleeps: true);
            }
        }

        if (!keep)
            await resident.DisposeAsync();
        await CloseAsync(leaving);
    }

    /// <summary>
    /// Relinquishes the applications above this replica's share: the longest idle now, then, of those in work, the first to end their
    /// turn.
    /// </summary>
    /// <param name="share">Applications that this replica may own, 1 or more.</param>
    public Task ShareAsync(int share)
    {
        var leaving = new List<Leaving>();
        lock (_lock)
        {
            _surplus = Math.Max(0, _machines.Count + _rented.Count - share);
            foreach (var (id, machine) in _machines.OrderBy(entry => entry.Value.LastUsed).Take(_surplus).ToList())
                Relinquish(id, machine, leaving);
        }

        return CloseAsync(leaving);
    }

    /// <summary>The machine, in its turn or between two; null if there is none here that could answer.</summary>
    public IRollupsMachine? Find(int applicationId)
    {
        lock (_lock)
        {
            return
                (_machines.TryGetValue(applicationId, out var resident) || _rented.TryGetValue(applicationId, out resident))
                && resident.Machine.IsUsable
                && !resident.Lost.IsCancellationRequested
                ? resident.Machine
                : null;
        }
    }

    /// <summary>Applications whose machine waits for its next turn.</summary>
    public IReadOnlyCollection<int> Idle()
    {
        lock (_lock)
            return [.. _machines.Keys];
    }

    /// <summary>
    /// Closes the machine of an application that has no more work, and releases its lease; does nothing during its turn.
    /// </summary>
    public Task CloseAsync(int applicationId)
    {
        var leaving = new List<Leaving>();
        lock (_lock)
        {
            if (_machines.TryGetValue(applicationId, out var resident))
                Leave(applicationId, resident, leaving);
        }

        return CloseAsync(leaving);
    }

    public ValueTask DisposeAsync()
    {
        var leaving = new List<Leaving>();
        lock (_lock)
        {
            foreach (var (id, machine) in _machines.ToList())
                Leave(id, machine, leaving);
        }

        return new ValueTask(CloseAsync(leaving));
    }

    /// <summary>Call within the lock.</summary>
    private void Relinquish(int applicationId, ResidentMachine machine, List<Leaving> leaving)
    {
        _surplus--;
        relinquished.Add(applicationId);
        Leave(applicationId, machine, leaving);
    }

    /// <summary>Call within the lock.</summary>
    private void Leave(int applicationId, ResidentMachine machine, List<Leaving> leaving, bool sleeps = false)
    {
        _machines.Remove(applicationId);
        _leaving.Add(applicationId, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        leaving.Add(new Leaving(applicationId, machine, sleeps));
    }

    private Task CloseAsync(List<Leaving> leaving) =>
        Task.WhenAll(
            leaving.Select(async entry =>
            {
                try
                {
                    // So that its next input does not wait for a replay of all the others.
                    if (entry.Sleeps && entry.Machine.Machine.IsUsable)
                        await snapshots.RunAsync(entry.Machine, CancellationToken.None);
                }
                finally
                {
                    await CloseAsync(entry);
                }
            })
        );

    private async Task CloseAsync(Leaving entry)
    {
        try
        {
            await entry.Machine.DisposeAsync();
        }
        finally
        {
            lock (_lock)
            {
                _leaving.Remove(entry.ApplicationId, out var left);
                left!.SetResult();
            }
        }
    }

    /// <summary>A machine that is being closed.</summary>
    private sealed record Leaving(int ApplicationId, ResidentMachine Machine, bool Sleeps);
}
