using Rollups.Advancer.Snapshots;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>
/// Builds an application's machine at the application's cursor: from its snapshot, else from its template, by replaying the stored inputs
/// that follow.
/// </summary>
internal sealed class MachineBuild(IEnumerable<IMachineFactory> factories, RestoreSnapshots snapshots, MachineReplay replay)
{
    /// <summary>The machine, which owns the lease from then on.</summary>
    /// <exception cref="ReplayDivergedException">The replay does not reproduce the stored results.</exception>
    /// <exception cref="MachineException">The template cannot be loaded, or an input could not be run.</exception>
    /// <exception cref="MachineUnavailableException">The machine cannot be built now.</exception>
    public async Task<ResidentMachine> RunAsync(
        Application application,
        ExecutionParameters limits,
        ILease lease,
        CancellationToken cancellationToken
    )
    {
        if (await snapshots.RunAsync(application, limits, lease, cancellationToken) is { } restored)
        {
            try
            {
                return await ReplayAsync(application, restored, cancellationToken);
            }
            catch (Exception exception) when (exception is MachineException or ReplayDivergedException)
            {
                // The snapshot may be damaged in a way that its root does not show. Only a replay from the template decides.
                await snapshots.ForgetAsync(application, lease, exception.Message, cancellationToken);
            }
        }

        var machine = await CreateAsync(application, limits, cancellationToken);
        return await ReplayAsync(application, new ResidentMachine(application, machine, lease, limits, default), cancellationToken);
    }

    private async Task<IRollupsMachine> CreateAsync(
        Application application,
        ExecutionParameters limits,
        CancellationToken cancellationToken
    )
    {
        var factory = factories.For(application.TemplateUri);
        var machine = await factory.CreateAsync(
            application.TemplateUri,
            application.Address,
            limits,
            TournamentStates.AreNeeded(application),
            cancellationToken
        );
        if (!factory.MustMatchContract || machine.StateHash == application.TemplateHash)
            return machine;
        var hash = machine.StateHash;
        await machine.DisposeAsync();
        throw new MachineException(
            $"The template {application.TemplateUri} of '{application.Name}' has the hash {hash}, but the contract was deployed with "
                + $"{application.TemplateHash}: put the stored machine that the contract names there."
        );
    }

    private async Task<ResidentMachine> ReplayAsync(Application application, ResidentMachine resident, CancellationToken cancellationToken)
    {
        try
        {
            await replay.RunAsync(application, resident, cancellationToken);
            return resident;
        }
        catch
        {
            // Not the lease: it is the caller's until the machine is built.
            await resident.Machine.DisposeAsync();
            throw;
        }
    }
}
