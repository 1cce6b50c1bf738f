using MassTransit;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// Sagas in the database; their row is locked while a message is handled. Behind the outbox the repository only uses the change tracker, so
/// that the message has one transaction; alone it opens its own.
/// </summary>
internal sealed class EntityFrameworkSagaRepositoryContextFactory<TSaga>(
    RollupsDbContext db,
    IDatabaseProvider database,
    ISagaConsumeContextFactory<RollupsDbContext, TSaga> factory
) : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>, IQuerySagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class =>
        InTransactionAsync(context, () => next.Send(new EntityFrameworkSagaRepositoryContext<TSaga, T>(db, database, context, factory)));

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        InTransactionAsync(
            context,
            async () =>
            {
                var instances = await db.Set<TSaga>().Where(query.FilterExpression).ToListAsync(context.CancellationToken);
                var repository = new EntityFrameworkSagaRepositoryContext<TSaga, T>(db, database, context, factory);
                await next.Send(new LoadedSagaRepositoryQueryContext<TSaga, T>(repository, instances));
            }
        );

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class => asyncMethod(new EntityFrameworkSagaReadContext<TSaga>(db, cancellationToken));

    public Task<T> Execute<T>(Func<QuerySagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class => asyncMethod(new EntityFrameworkSagaReadContext<TSaga>(db, cancellationToken));

    public void Probe(ProbeContext context) => context.CreateScope("sagaRepository").Set(new { Persistence = "entity-framework" });

    private async Task InTransactionAsync(ConsumeContext context, Func<Task> handle)
    {
        if (db.Database.CurrentTransaction is not null)
        {
            await handle();
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(context.CancellationToken);
        await handle();
        await db.SaveChangesAsync(context.CancellationToken);
        await transaction.CommitAsync(context.CancellationToken);
    }
}
