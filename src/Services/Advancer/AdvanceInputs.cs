using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Advancer.Snapshots;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Advancer;

/// <summary>Runs the unprocessed inputs of open and closed epochs in index order, and finishes closed epochs in order.</summary>
internal sealed partial class AdvanceInputs : IPendingWork
{
    // Maximum read per turn; a node that catches up may have thousands of closed epochs.
    private const int EpochsPerTurn = 100;

    // Inputs are large; two pages are in memory.
    private const int InputsPerPage = 256;

    private readonly IServiceScopeFactory _scopes;
    private readonly IUnitOfWork _unit;
    private readonly IDatabaseProvider _database;
    private readonly AdvancerOptions _options;
    private readonly ResidentMachines _machines;
    private readonly StoreAdvance _store;
    private readonly FinishEpochs _finish;
    private readonly StoreSnapshots _snapshots;
    private readonly SnapshotFolder _folders;
    private readonly DemandedMachines _demand;
    private readonly MachineSignals _signals;
    private readonly TimeProvider _clock;
    private readonly ILogger<AdvanceInputs> _logger;

    public AdvanceInputs(
        IServiceScopeFactory scopes,
        IUnitOfWork unit,
        IDatabaseProvider database,
        AdvancerOptions options,
        ResidentMachines machines,
        StoreAdvance store,
        FinishEpochs finish,
        StoreSnapshots snapshots,
        SnapshotFolder folders,
        DemandedMachines demand,
        MachineSignals signals,
        TimeProvider clock,
        ILogger<AdvanceInputs> logger
    )
    {
        (_scopes, _unit, _database, _options) = (scopes, unit, database, options);
        (_machines, _store, _finish, _demand) = (machines, store, finish, demand);
        (_snapshots, _folders) = (snapshots, folders);
        (_signals, _clock, _logger) = (signals, clock, logger);
    }

    /// <inheritdoc />
    /// <remarks>A machine is a program of its own, and an input may take minutes.</remarks>
    public bool MayTakeLong => true;

    /// <inheritdoc />
    public async Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        await CloseIdleAsync(db, cancellationToken);
        await ShareAsync(db, cancellationToken);
        var due = db
            .Applications.Where(app =>
                app.State == ApplicationState.Enabled
                && db.Epochs.Any(epoch =>
                    epoch.ApplicationId == app.Id
                    // Stated explicitly so that SQLite searches by status instead of scanning every epoch the application ever had.
                    && (epoch.Status == EpochStatus.Closed || epoch.Status == EpochStatus.Open)
                    && (epoch.Status == EpochStatus.Closed || epoch.InputIndexUpperBound > app.ProcessedInputs)
                )
            )
            .Select(app => new
            {
                app.Id,
                app.Address,
                IsDue = true,
            });
        if (_demand.Eager(db) is { } eager)
            due = due.Concat(
                eager.Select(app => new
                {
                    app.Id,
                    app.Address,
                    IsDue = false,
                })
            );
        var found = await due.ToListAsync(cancellationToken);
        return
        [
            .. found
                .Where(app => app.IsDue || _demand.IsMissing(app.Id))
                .Select(app => app.Address)
                .Distinct()
                .Select(app => new WorkKey(app)),
        ];
    }

    /// <summary>
    /// Closes the idle machines of applications that were disabled or removed, or stopped by another service: no work comes for them, so
    /// they would keep their machine and its lease.
    /// </summary>
    private async Task CloseIdleAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var idle = _machines.Idle();
        if (idle.Count == 0)
            return;
        var enabled = await db
            .Applications.Where(app => idle.Contains(app.Id) && app.State == ApplicationState.Enabled)
            .Select(app => app.Id)
            .ToListAsync(cancellationToken);
        foreach (var id in idle.Except(enabled))
            await _machines.CloseAsync(id);
    }

    /// <summary>
    /// Gives up surplus applications; otherwise, after a restart, all would stay with the replicas that were running meanwhile.
    /// </summary>
    private async Task ShareAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var replicas = await _database.CountReplicasAsync("advancers", cancellationToken);
        var applications =
            replicas <= 1 ? 0 : await db.Applications.CountAsync(app => app.State == ApplicationState.Enabled, cancellationToken);
        await _machines.ShareAsync(replicas <= 1 ? int.MaxValue : Math.Max(1, (applications + replicas - 1) / replicas));
    }

    /// <inheritdoc />
    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var application = await db
            .Applications.AsNoTracking()
            .SingleOrDefaultAsync(app => app.Address == key.Application, cancellationToken);
        if (application is null)
        {
            Telemetry.Ignore("advancer", IgnoredEvent.UnknownApplication);
            // It may have been removed during its last run.
            if (key.Application is { } removed)
                _folders.KeepOnly(removed, null);
            return WorkResult.Nothing;
        }

        if (application.State != ApplicationState.Enabled)
        {
            await _machines.CloseAsync(application.Id);
            if (application.State == ApplicationState.Removing)
                _folders.KeepOnly(application.Address, null);
            return WorkResult.Nothing;
        }

        var epochs = await db
            .Epochs.AsNoTracking()
            .Where(epoch =>
                epoch.ApplicationId == application.Id && (epoch.Status == EpochStatus.Open || epoch.Status == EpochStatus.Closed)
            )
            .OrderBy(epoch => epoch.Index)
            .Take(EpochsPerTurn)
            .ToListAsync(cancellationToken);
        // First, because it takes note of the demand.
        if (
            !_demand.Take(application)
            && !epochs.Exists(epoch => epoch.Status == EpochStatus.Closed || epoch.InputIndexUpperBound > application.ProcessedInputs)
        )
            return WorkResult.Nothing;
        ResidentMachine? resident;
        try
        {
            var limits = await db
                .ExecutionParameters.AsNoTracking()
                .SingleOrDefaultAsync(row => row.ApplicationId == application.Id, cancellationToken);
            resident = await _machines.RentAsync(application, limits ?? new ExecutionParameters(), cancellationToken);
        }
        catch (MachineUnavailableException exception)
        {
            return Later(application, 0, exception);
        }
        catch (Exception exception) when (exception is MachineException or ReplayDivergedException)
        {
            // Any replica that replays the stored inputs gets the same result.
            return await HaltAsync(application, null, exception.Message, cancellationToken);
        }

        return resident is null ? WorkResult.Nothing : await RunAsync(db, application, epochs, resident, cancellationToken);
    }

    /// <summary>
    /// Stops the application for a fault of its machine, but not for a former owner's fault, such as a machine that hung with its
    /// process.
    /// </summary>
    private async Task<WorkResult> HaltAsync(Application application, ILease? owner, string fault, CancellationToken cancellationToken)
    {
        var reason = $"{fault} The input stays unprocessed; run 'rollups app enable {application.Name}' when the cause is fixed.";
        var halted = await _unit.ExecuteAsync(
            async (unit, token) =>
                (owner is null || await _database.HoldLeaseAsync(unit.Db, owner, token))
                && await unit.Transitions.HaltAsync(application, InoperableKind.Failed, reason, _clock.GetUtcNow(), token),
            cancellationToken
        );
        return halted ? new WorkResult(1) : WorkResult.Nothing;
    }

    private async Task<WorkResult> RunAsync(
        RollupsDbContext db,
        Application application,
        List<Epoch> epochs,
        ResidentMachine resident,
        CancellationToken cancellationToken
    )
    {
        var turn = new Turn(_store, _finish, _snapshots, _options, _clock, application, resident, cancellationToken);
        // Only the owner reads them: every replica receives the event, and inputs are large.
        var inputs = new InputPages(
            db,
            application.Id,
            application.ProcessedInputs,
            _options.InputBatchSize,
            Math.Min(_options.StoreBatchSize, InputsPerPage),
            cancellationToken
        );
        // The machine is kept only if its state is known to match the rows.
        var (keep, moreDue) = (false, false);
        try
        {
            var end = await turn.RunAsync(epochs, inputs);
            keep = end != TurnEnd.Ended;
            // A turn that made no progress is not repeated at once, whatever is stored.
            moreDue =
                end is TurnEnd.OutOfTime or TurnEnd.Refused
                || (end == TurnEnd.Complete && turn.Done > 0 && (inputs.AreFull || epochs.Count == EpochsPerTurn));
            return new WorkResult(turn.Done, moreDue);
        }
        catch (MachineUnavailableException exception)
        {
            // What ran before counts.
            keep = await turn.SettleAsync();
            return Later(application, turn.Done, exception);
        }
        catch (MachineException exception)
        {
            return await turn.SettleAsync()
                ? await HaltAsync(application, resident.Lease, exception.Message, cancellationToken)
                : new WorkResult(turn.Done, MoreDue: true);
        }
        catch when (turn.IsMachineSound)
        {
            // The database failed: the machine goes back to what it has adopted, and catches up with what was stored after all.
            keep = true;
            throw;
        }
        finally
        {
            await inputs.EndAsync();
            await turn.EndAsync();
            keep = keep && resident.Machine.IsUsable && !resident.Lost.IsCancellationRequested;
            await _machines.ReleaseAsync(application, resident, keep, moreDue);
        }
    }

    /// <summary>The machine has logged what it waits for; the next attempt follows by itself.</summary>
    private WorkResult Later(Application application, int done, MachineUnavailableException exception)
    {
        LogLater(_logger, application.Name, exception.Message, exception.RetryAfter);
        _signals.WakeAfter(application.Address, exception.RetryAfter);
        return new WorkResult(done);
    }

    [LoggerMessage(301, LogLevel.Debug, "advancer: '{Application}' waits: {Reason} The node retries in {Delay}.")]
    private static partial void LogLater(ILogger logger, string application, string reason, TimeSpan delay);
}
