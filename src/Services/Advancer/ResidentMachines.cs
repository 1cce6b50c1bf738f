using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>The machines in memory. One replica owns an application at a time; a machine that is absent or behind is rebuilt by replaying its inputs.</summary>
internal sealed class ResidentMachines(
    IEnumerable<IMachineFactory> factories, IDatabaseProvider database, IServiceScopeFactory scopes, AdvancerOptions options) : IAsyncDisposable
{
    private const int ReplayPage = 500;

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
            return await RebuildAsync(application, lease, cancellationToken);
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

    /// <summary>Closes the machine of an application that is no longer worked for.</summary>
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

    private async Task<ResidentMachine> RebuildAsync(Application application, ILease lease, CancellationToken cancellationToken)
    {
        var machine = await factories.For(application.TemplateUri).CreateAsync(application.TemplateUri, application.Address, cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
            for (var next = 0UL; next < application.ProcessedInputs;)
            {
                var from = next;
                var page = await db.Inputs.AsNoTracking()
                    .Where(input => input.ApplicationId == application.Id && input.Index >= from && input.Index < application.ProcessedInputs)
                    .OrderBy(input => input.Index).Take(ReplayPage).ToListAsync(cancellationToken);
                foreach (var input in page)
                    await ReplayAsync(application, machine, input, cancellationToken);
                next += (ulong)page.Count;
                if (page.Count == 0)
                    throw new ReplayDivergedException($"{application.ProcessedInputs} inputs of '{application.Name}' are marked as processed, but input {next} is not stored.");
            }

            var resident = new ResidentMachine(machine, lease)
            {
                NextOutput = await db.Outputs.Where(output => output.ApplicationId == application.Id).Select(output => (ulong?)output.Index).MaxAsync(cancellationToken) + 1 ?? 0,
                NextReport = await db.Reports.Where(report => report.ApplicationId == application.Id).Select(report => (ulong?)report.Index).MaxAsync(cancellationToken) + 1 ?? 0,
            };
            return resident;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    private static async Task ReplayAsync(Application application, IRollupsMachine machine, Input input, CancellationToken cancellationToken)
    {
        var result = await machine.AdvanceAsync(input.Index, input.RawData, cancellationToken);
        if (result.StateHash != input.MachineHash || result.OutputsMerkleRoot != input.OutputsMerkleRoot || StoreAdvance.StatusOf(result.Outcome) != input.Status)
        {
            throw new ReplayDivergedException(
                $"The replay of input {input.Index} of '{application.Name}' gave {StoreAdvance.StatusOf(result.Outcome)} with state {result.StateHash}, but {input.Status} with state {input.MachineHash} is stored. "
                + "Check that the machine template and the machine's version are those that ran it, then enable the application again.");
        }

        await machine.AdoptAsync(cancellationToken);
    }
}

/// <summary>A rebuilt machine does not agree with the stored results.</summary>
internal sealed class ReplayDivergedException(string message) : Exception(message);
