using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>The machines in memory. One replica owns an application at a time; a machine that is absent or behind is rebuilt by replaying its inputs.</summary>
internal sealed class ResidentMachines(MachineReplay replay, IDatabaseProvider database, AdvancerOptions options) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ResidentMachine> _machines = [];
    private long _turn;

    /// <summary>The machine at the application's cursor, or null when another replica owns the application. Give it back with <see cref="ReleaseAsync"/>.</summary>
    /// <exception cref="ReplayDivergedException">The replay does not give the stored results.</exception>
    /// <exception cref="MachineException">The template cannot be loaded.</exception>
    public async Task<ResidentMachine?> RentAsync(Application application, CancellationToken cancellationToken)
    {
        ResidentMachine? resident;
        lock (_lock)
        {
            if (_machines.Remove(application.Id, out resident))
                resident.LastUsed = ++_turn;
        }

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
        var closing = new List<ResidentMachine>();
        lock (_lock)
        {
            if (keep)
            {
                resident.LastUsed = ++_turn;
                _machines[application.Id] = resident;
            }
            else
            {
                closing.Add(resident);
            }

            while (_machines.Count > options.ResidentMachines)
            {
                var (id, idle) = _machines.MinBy(entry => entry.Value.LastUsed);
                _machines.Remove(id);
                closing.Add(idle);
            }
        }

        foreach (var machine in closing)
            await machine.DisposeAsync();
    }

    /// <summary>Applications whose machine waits here for its next turn.</summary>
    public IReadOnlyCollection<int> Idle()
    {
        lock (_lock)
            return [.. _machines.Keys];
    }

    /// <summary>Closes the machine of an application that is no longer worked for, and hands its lease on; nothing while it has its turn.</summary>
    public async Task CloseAsync(int applicationId)
    {
        ResidentMachine? resident;
        lock (_lock)
            _machines.Remove(applicationId, out resident);
        if (resident is not null)
            await resident.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        List<ResidentMachine> machines;
        lock (_lock)
        {
            machines = [.. _machines.Values];
            _machines.Clear();
        }

        foreach (var machine in machines)
            await machine.DisposeAsync();
    }
}
