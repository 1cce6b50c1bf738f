using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Lifecycle;

/// <summary>Makes every epoch's saga match the epochs table, even where events were lost, forged or never sent.</summary>
internal sealed partial class ReconcileLifecycles(
    IServiceScopeFactory scopes,
    IUnitOfWork unitOfWork,
    ChainIdentity chain,
    IOptions<LifecycleOptions> options,
    TimeProvider clock,
    ILogger<ReconcileLifecycles> logger
) : IPendingWork
{
    private readonly ReconciledUpTo _upTo = new(options.Value.LookBack);

    public async Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var applications = await LaggingEpochs
            .Query(db, chain.ChainId, _upTo.Since)
            .Select(epoch => epoch.Application)
            .Distinct()
            .ToListAsync(cancellationToken);
        return [.. _upTo.Found(at, applications).Select(application => new WorkKey(application))];
    }

    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        if (key.Application is not { } application)
            return WorkResult.Nothing;
        var found = await unitOfWork.ExecuteAsync(
            async (scope, token) =>
            {
                var lagging = await LaggingEpochs
                    .Query(scope.Db, chain.ChainId, _upTo.SinceOf(application))
                    .Where(epoch => epoch.Application == application)
                    .OrderBy(epoch => epoch.EpochIndex)
                    .Take(options.Value.BatchSize)
                    .ToListAsync(token);
                await ReconcileAsync(scope.Db, lagging, token);
                return lagging.Count;
            },
            cancellationToken
        );
        var more = found == options.Value.BatchSize;
        if (!more)
            _upTo.Done(application);
        if (found > 0)
            LogReconciled(found, application);
        return new WorkResult(found, more);
    }

    /// <summary>
    /// Loads sagas first, rows second: an event is published with its transition, so a row read after its saga is never behind it. If
    /// a saga changes meanwhile, the save fails on its version (or its key), and the unit is retried.
    /// </summary>
    private async Task ReconcileAsync(RollupsDbContext db, List<LaggingEpochs.Found> lagging, CancellationToken cancellationToken)
    {
        if (lagging.Count == 0)
            return;
        var ids = lagging.ConvertAll(epoch => EpochCorrelation.Id(chain.ChainId, epoch.Application.ToString(), epoch.EpochIndex));
        var sagas = await db
            .EpochLifecycles.Where(saga => ids.Contains(saga.CorrelationId))
            .ToDictionaryAsync(saga => saga.CorrelationId, cancellationToken);

        var applicationId = lagging[0].ApplicationId;
        var indexes = lagging.ConvertAll(epoch => epoch.EpochIndex);
        var application = await db.Applications.AsNoTracking().SingleAsync(row => row.Id == applicationId, cancellationToken);
        var rows = await db
            .Epochs.AsNoTracking()
            .Where(row => row.ApplicationId == applicationId && indexes.Contains(row.Index))
            .ToListAsync(cancellationToken);

        foreach (var row in rows)
        {
            var id = EpochCorrelation.Id(chain.ChainId, application.Address.ToString(), row.Index);
            if (!sagas.TryGetValue(id, out var saga))
            {
                saga = new EpochLifecycleState
                {
                    CorrelationId = id,
                    ChainId = chain.ChainId,
                    Application = application.Address,
                    EpochIndex = row.Index,
                };
                db.EpochLifecycles.Add(saga);
            }
            saga.ApplicationName = application.Name;
            saga.Version++;
            EpochRowStory.Apply(saga, row);
        }
    }

    [LoggerMessage(
        EventId = 6001,
        Level = LogLevel.Information,
        Message = "Reconciled the lifecycle of {Count} epochs of {Application} with the database: their events were late, lost or "
            + "switched off"
    )]
    private partial void LogReconciled(int count, Address application);
}
