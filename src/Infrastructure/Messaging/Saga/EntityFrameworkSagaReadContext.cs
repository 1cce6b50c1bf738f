using MassTransit;
using MassTransit.Middleware;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>Reads saga instances without locking them.</summary>
internal sealed class EntityFrameworkSagaReadContext<TSaga>(RollupsDbContext db, CancellationToken cancellationToken)
    : BasePipeContext(cancellationToken),
        LoadSagaRepositoryContext<TSaga>,
        QuerySagaRepositoryContext<TSaga>
    where TSaga : class, ISaga
{
    public async Task<TSaga> Load(Guid correlationId) =>
        (
            await db.Set<TSaga>()
                .AsNoTracking()
                .SingleOrDefaultAsync(instance => instance.CorrelationId == correlationId, CancellationToken)
        )!;

    public async Task<SagaRepositoryQueryContext<TSaga>> Query(ISagaQuery<TSaga> query, CancellationToken cancellationToken = default) =>
        new LoadedSagaRepositoryQueryContext<TSaga>(
            this,
            await db.Set<TSaga>().AsNoTracking().Where(query.FilterExpression).ToListAsync(cancellationToken)
        );
}
