using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>The machines in memory. One replica owns an application at a time; a machine that is absent or behind is rebuilt by replaying its inputs.</summary>
internal sealed class ResidentMachines(MachineReplay replay, IDatabaseProvider database, AdvancerOptions options) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ResidentMachine> _machines = [];
    // Those that gave way to others and still hold their lease, until the end of their task.
    private readonly Dictionary<int, TaskCompletionSource> _leaving = [];
    private long _turn;

    /// <summary>The machine at the application's cursor, or null when another replica owns the application. Give it back with <see cref="ReleaseAsync"/>.</summary>
    /// <exception cref="ReplayDivergedException">The replay does not give the stored results.</exception>
    /// <exception cref="MachineException">The template cannot be loaded.</exception>
    public async Task<ResidentMachine?> RentAsync(Application application, CancellationToken cancellationToken)
    {
        ResidentMachine? resident;
        TaskCompletionSource? leaving;
        lock (_lock)
        {
            if (_machines.Remove(application.Id, out resident))
                resident.LastUsed = ++_turn;
            _leaving.TryGetValue(application.Id, out leaving);
        }

        // Else its lease would look like another replica's, and this turn would be passed over.
        if (leaving is not null)
            await leaving.Task.WaitAsync(cancellationToken);

        if (resident is not null && !resident.Lost.IsCancellationRequested && resident.Machine.ProcessedInputs == application.ProcessedInputs)
            return resident;
        if (resident is not null)
            await resident.DisposeAsync();
        var lease = await database.TryAcquireLeaseAsync($"advancer:{application.Address}", cancellationToken);
        if (lease is null)
            return null;

        try
        {
            return await replay.RunAsync(application, lease, cancellationToken);
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    /// <summary>Keeps the machine for the next turn, or closes it when its state is in doubt.</summary>
    public async Task ReleaseAsync(Application application, ResidentMachine resident, bool keep)
    {
        if (!keep)
        {
            await resident.DisposeAsync();
            return;
        }

        var leaving = new List<(int ApplicationId, ResidentMachine Machine)>();
        lock (_lock)
        {
            resident.LastUsed = ++_turn;
            _machines[application.Id] = resident;
            while (_machines.Count > options.ResidentMachines)
            {
                var (id, idle) = _machines.MinBy(entry => entry.Value.LastUsed);
                Leave(id, idle, leaving);
            }
        }

        await CloseAsync(leaving);
    }

    /// <summary>Applications whose machine waits here for its next turn.</summary>
    public IReadOnlyCollection<int> Idle()
    {
        lock (_lock)
            return [.. _machines.Keys];
    }

    /// <summary>Closes the machine of an application that is no longer worked for, and hands its lease on; nothing while it has its turn.</summary>
    public Task CloseAsync(int applicationId)
    {
        var leaving = new List<(int ApplicationId, ResidentMachine Machine)>();
        lock (_lock)
        {
            if (_machines.TryGetValue(applicationId, out var resident))
                Leave(applicationId, resident, leaving);
        }

        return CloseAsync(leaving);
    }

    public ValueTask DisposeAsync()
    {
        var leaving = new List<(int ApplicationId, ResidentMachine Machine)>();
        lock (_lock)
        {
            foreach (var (id, machine) in _machines.ToList())
                Leave(id, machine, leaving);
        }

        return new ValueTask(CloseAsync(leaving));
    }

    /// <summary>Within the lock.</summary>
    private void Leave(int applicationId, ResidentMachine machine, List<(int ApplicationId, ResidentMachine Machine)> leaving)
    {
        _machines.Remove(applicationId);
        _leaving.Add(applicationId, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        leaving.Add((applicationId, machine));
    }

    private Task CloseAsync(List<(int ApplicationId, ResidentMachine Machine)> leaving) => Task.WhenAll(leaving.Select(async entry =>
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
    }));
}
