using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.EvmReader.Commands;

/// <summary>
/// Removes the applications that are REMOVING: waits for their transactions and events, then deletes batch by batch, each in a transaction
/// of its own. A process that ends in between leaves fewer rows behind, and the next start or sync continues.
/// </summary>
internal sealed partial class RemoveApplications(
    IServiceScopeFactory scopes,
    IUnitOfWork unit,
    IDatabaseProvider database,
    OutboxWaits outbox,
    ChainIdentity chain,
    TimeProvider clock,
    ILogger<RemoveApplications> logger
) : IPendingWork
{
    private const int BatchesPerTurn = 50;

    /// <inheritdoc />
    public async Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var due = await scope
            .ServiceProvider.GetRequiredService<RollupsDbContext>()
            .Applications.Where(app => app.State == ApplicationState.Removing)
            .Select(app => app.Address)
            .ToListAsync(cancellationToken);
        return due.ConvertAll(address => new WorkKey(address));
    }

    /// <inheritdoc />
    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        if (await LoadAsync(key, cancellationToken) is not { } application || !await IsDrainedAsync(application, cancellationToken))
            return WorkResult.Nothing;
        for (var batch = 0; batch < BatchesPerTurn; batch++)
        {
            var deleted = await unit.ExecuteAsync((scope, token) => DeleteAsync(scope, application, token), cancellationToken);
            if (deleted > 0)
                continue;
            if (await unit.ExecuteAsync((scope, token) => FinishAsync(scope, application, token), cancellationToken))
                LogRemoved(logger, application.Name, application.Address);
            return new WorkResult(batch + 1);
        }

        return new WorkResult(BatchesPerTurn, MoreDue: true);
    }

    private async Task<Application?> LoadAsync(WorkKey key, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<RollupsDbContext>()
            .Applications.AsNoTracking()
            .SingleOrDefaultAsync(app => app.Address == key.Application && app.State == ApplicationState.Removing, cancellationToken);
    }

    /// <summary>
    /// Whether nothing of it is on its way to L1 or to the broker any more. The delivery of the last event wakes the removal; the next sync
    /// looks again too.
    /// </summary>
    private async Task<bool> IsDrainedAsync(Application application, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        if (await RemoveApplicationHandler.InFlightAsync(db, application.Id, cancellationToken) is > 0 and var transactions)
        {
            LogWaits(logger, application.Name, application.Address, transactions);
            return false;
        }

        if (!await ApplicationOutbox.HasAnyOfAsync(db, application.Address, cancellationToken))
            return true;
        LogWaitsForBroker(logger, application.Name, application.Address);
        outbox.Await(application.Address);
        return false;
    }

    private async Task<int> DeleteAsync(IWorkScope scope, Application application, CancellationToken cancellationToken) =>
        await database.LockApplicationAsync(scope.Db, application.Id, cancellationToken)
            ? await DeleteBatch.RunAsync(scope.Db, application.Id, application.Address, chain.ChainId, cancellationToken)
            : 0;

    private async Task<bool> FinishAsync(IWorkScope scope, Application application, CancellationToken cancellationToken) =>
        await database.LockApplicationAsync(scope.Db, application.Id, cancellationToken)
        && await scope.Transitions.RemoveAsync(application, clock.GetUtcNow(), cancellationToken);

    [LoggerMessage(
        1,
        LogLevel.Information,
        "The removal of application {Name} ({Application}) waits for {Transactions} transactions that may still be mined; the next sync "
            + "looks again."
    )]
    private static partial void LogWaits(ILogger logger, string name, Address application, int transactions);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "The removal of application {Name} ({Application}) waits until its events have reached the broker, and goes on then."
    )]
    private static partial void LogWaitsForBroker(ILogger logger, string name, Address application);

    [LoggerMessage(3, LogLevel.Information, "Application {Name} ({Application}) is removed, with everything that was stored of it.")]
    private static partial void LogRemoved(ILogger logger, string name, Address application);
}
