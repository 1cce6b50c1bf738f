using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Advancer.Snapshots;

/// <summary>Restores an application's machine from its stored state, if this replica has it and it is good.</summary>
internal sealed partial class RestoreSnapshots(
    SnapshotFolder folders,
    IEnumerable<IMachineFactory> factories,
    IServiceScopeFactory scopes,
    IUnitOfWork unit,
    IDatabaseProvider database,
    ILogger<RestoreSnapshots> logger
)
{
    /// <summary>
    /// The machine at the position of its snapshot; null if there is none that can be used here. It owns the lease once it is used.
    /// </summary>
    /// <exception cref="MachineUnavailableException">
    /// The machine cannot be built now, or <paramref name="application"/> is older than the snapshot: the next run loads it anew.
    /// </exception>
    public async Task<ResidentMachine?> RunAsync(
        Application application,
        ExecutionParameters limits,
        ILease lease,
        CancellationToken cancellationToken
    )
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var row = await db
            .MachineSnapshots.AsNoTracking()
            .SingleOrDefaultAsync(snapshot => snapshot.ApplicationId == application.Id, cancellationToken);
        if (row is null)
            return null;
        if (!Directory.Exists(folders.PathOf(row.Folder)))
        {
            LogElsewhere(logger, application.Name, row.ProcessedInputs);
            return null;
        }

        if (await LoadAsync(db, application, limits, row, lease, cancellationToken) is not { } machine)
            return null;
        StoreSnapshots.Count("restored");
        LogRestored(logger, application.Name, row.ProcessedInputs, application.ProcessedInputs - row.ProcessedInputs);
        var counts = await StoredCounts.BeforeAsync(db, application.Id, row.ProcessedInputs, cancellationToken);
        return new ResidentMachine(application, machine, lease, limits, counts) { StoredAt = row.ProcessedInputs };
    }

    /// <summary>Deletes a stored state that turned out to be bad: the next rebuild begins at the template.</summary>
    public async Task ForgetAsync(Application application, ILease lease, string fault, CancellationToken cancellationToken)
    {
        StoreSnapshots.Count("unusable");
        LogUnusable(logger, application.Name, fault);
        var forgotten = await unit.ExecuteAsync(
            async (scope, token) =>
                await database.LockApplicationAsync(scope.Db, application.Id, lease, token)
                && await scope.Db.MachineSnapshots.Where(row => row.ApplicationId == application.Id).ExecuteDeleteAsync(token) > 0,
            cancellationToken
        );
        if (forgotten)
            folders.KeepOnly(application.Address, null);
    }

    private async Task<IRollupsMachine?> LoadAsync(
        RollupsDbContext db,
        Application application,
        ExecutionParameters limits,
        MachineSnapshot row,
        ILease lease,
        CancellationToken cancellationToken
    )
    {
        var stored = await db
            .Inputs.Where(input => input.ApplicationId == application.Id && input.Index + 1 == row.ProcessedInputs)
            .Select(input => input.MachineHash)
            .SingleOrDefaultAsync(cancellationToken);
        string fault;
        if (stored == row.MachineHash && row.ProcessedInputs > application.ProcessedInputs)
            throw new MachineUnavailableException("another replica has stored results since this run began.", TimeSpan.Zero);
        if (stored != row.MachineHash)
            fault = $"it is the state {row.MachineHash} after {row.ProcessedInputs} inputs, which the database does not have.";
        else
        {
            try
            {
                var machine = await factories
                    .For(application.TemplateUri)
                    .RestoreAsync(
                        application.TemplateUri,
                        application.Address,
                        folders.PathOf(row.Folder),
                        limits,
                        TournamentStates.AreNeeded(application),
                        cancellationToken
                    );
                if ((machine.ProcessedInputs, machine.StateHash) == (row.ProcessedInputs, row.MachineHash))
                    return machine;
                fault =
                    $"it has the state {machine.StateHash} after {machine.ProcessedInputs} inputs, not {row.MachineHash} after "
                    + $"{row.ProcessedInputs}.";
                await machine.DisposeAsync();
            }
            catch (Exception exception) when (exception is MachineException or IOException)
            {
                fault = exception.Message;
            }
        }

        await ForgetAsync(application, lease, fault, cancellationToken);
        return null;
    }

    [LoggerMessage(
        306,
        LogLevel.Information,
        "advancer: restored the machine of '{Application}' from its snapshot after {Inputs} inputs; {Left} inputs follow."
    )]
    private static partial void LogRestored(ILogger logger, string application, ulong inputs, ulong left);

    [LoggerMessage(
        307,
        LogLevel.Information,
        "advancer: the snapshot of '{Application}' after {Inputs} inputs is not in this replica's Services:Advancer:SnapshotFolder. The "
            + "machine is rebuilt from its template; replicas that share the folder need not do that."
    )]
    private static partial void LogElsewhere(ILogger logger, string application, ulong inputs);

    [LoggerMessage(
        308,
        LogLevel.Warning,
        "advancer: the snapshot of '{Application}' cannot be used: {Fault} The node deletes it and rebuilds the machine from its template; "
            + "the application stays enabled."
    )]
    private static partial void LogUnusable(ILogger logger, string application, string fault);
}
