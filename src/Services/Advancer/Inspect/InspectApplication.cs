using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Advancer.Inspect;

/// <summary>
/// Answers a query with the application's machine in this process. A machine that is not in memory is built first, in the application's
/// own turn of the work runner.
/// </summary>
internal sealed class InspectApplication(
    IServiceScopeFactory scopes,
    ResidentMachines machines,
    DemandedMachines demand,
    IWorkRunner<AdvanceInputs> runner,
    InspectOptions options,
    TimeProvider clock
)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, int> _running = [];
    private int _all;

    /// <param name="nameOrAddress">Name or address of the application.</param>
    /// <param name="query">Bytes for the application.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="InspectRefusal">It cannot be answered.</exception>
    public async Task<InspectResult> RunAsync(string nameOrAddress, ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Timeout, clock);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        EnterProcess();
        try
        {
            var (application, most) = await FindAsync(nameOrAddress, until.Token);
            Enter(application, most);
            try
            {
                return await (await MachineAsync(application, until.Token)).InspectAsync(query, until.Token);
            }
            catch (MachineUnavailableException exception)
            {
                throw new InspectRefusal(503, exception.Message);
            }
            catch (MachineException exception)
            {
                throw new InspectRefusal(503, $"{exception.Message} The node rebuilds the machine at the application's next turn.");
            }
            finally
            {
                Leave(application);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new InspectRefusal(503, $"The query was not answered within {options.Timeout.TotalSeconds:0.#} s (Inspect:Timeout).");
        }
        finally
        {
            lock (_lock)
                _all--;
        }
    }

    /// <summary>The application, and how many queries to it may run at once.</summary>
    private async Task<(Application Application, int Most)> FindAsync(string nameOrAddress, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var named = Address.TryParse(nameOrAddress, out var address)
            ? db.Applications.Where(app => app.Address == address)
            : db.Applications.Where(app => app.Name == nameOrAddress);
        var found = await named
            .AsNoTracking()
            .Select(app => new
            {
                Application = app,
                Most = db
                    .ExecutionParameters.Where(row => row.ApplicationId == app.Id)
                    .Select(row => (ulong?)row.MaxConcurrentInspects)
                    .FirstOrDefault(),
            })
            .SingleOrDefaultAsync(cancellationToken);
        if (found?.Application is not { } application)
            throw new InspectRefusal(404, $"There is no application '{Hex.Clip(nameOrAddress)}'.");
        // After an exception a machine would still answer, but not as the application that anybody could verify.
        return application.State == ApplicationState.Enabled
            ? (application, (int)Math.Min(found.Most ?? ulong.MaxValue, (ulong)options.MaxConcurrentPerApplication))
            : throw new InspectRefusal(503, $"The application '{application.Name}' is {EnumNames.Of(application.State)}.");
    }

    private async Task<IRollupsMachine> MachineAsync(Application application, CancellationToken cancellationToken)
    {
        if (machines.Find(application.Id) is { } ready)
            return ready;
        demand.Ask(application.Id);
        // Ends with the turn, or before it if the turn takes long, such as a long replay.
        var turn = runner.WakeAsync(new WorkKey(application.Address), WorkTrigger.Event, cancellationToken);
        using var timer = new PeriodicTimer(Look, clock);
        while (true)
        {
            var ended = turn.IsCompleted;
            if (machines.Find(application.Id) is { } machine)
                return machine;
            if (ended)
                throw new InspectRefusal(
                    503,
                    $"The machine of '{application.Name}' is not ready in this process: it is being rebuilt, or another process owns it."
                );
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private void EnterProcess()
    {
        lock (_lock)
        {
            if (_all >= options.MaxConcurrent)
                throw new InspectRefusal(503, $"The process answers {_all} queries already (Inspect:MaxConcurrent).", retry: true);
            _all++;
        }
    }

    private void Enter(Application application, int most)
    {
        lock (_lock)
        {
            var running = _running.GetValueOrDefault(application.Id);
            if (running >= most)
                throw new InspectRefusal(
                    503,
                    $"'{application.Name}' has {running} queries already (Inspect:MaxConcurrentPerApplication and the application's "
                        + "execution parameter max-concurrent-inspects)."
                );
            _running[application.Id] = running + 1;
        }
    }

    private void Leave(Application application)
    {
        lock (_lock)
        {
            if (--_running[application.Id] == 0)
                _running.Remove(application.Id);
        }
    }
}
