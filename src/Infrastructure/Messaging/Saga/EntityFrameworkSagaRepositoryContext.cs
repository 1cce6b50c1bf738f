using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>The store that the saga pipe uses while it handles one message. The surrounding transaction saves.</summary>
internal sealed class EntityFrameworkSagaRepositoryContext<TSaga, TMessage>(
    RollupsDbContext db,
    IDatabaseProvider database,
    ConsumeContext<TMessage> context,
    ISagaConsumeContextFactory<RollupsDbContext, TSaga> factory
) : ConsumeContextScope<TMessage>(context, db), SagaRepositoryContext<TSaga, TMessage>
    where TSaga : class, ISaga
    where TMessage : class
{
    private readonly ConsumeContext<TMessage> _context = context;

    public Task<SagaConsumeContext<TSaga, TMessage>> Add(TSaga instance) =>
        factory.CreateSagaConsumeContext(db, _context, instance, SagaConsumeContextMode.Add);

    public Task<SagaConsumeContext<TSaga, TMessage>> Insert(TSaga instance)
    {
        db.Add(WithNextVersion(instance));
        return factory.CreateSagaConsumeContext(db, _context, instance, SagaConsumeContextMode.Insert);
    }

    public async Task<SagaConsumeContext<TSaga, TMessage>> Load(Guid correlationId)
    {
        var instance = await database.LoadForUpdateAsync<TSaga>(db, correlationId, CancellationToken);
        return instance is null ? null! : await factory.CreateSagaConsumeContext(db, _context, instance, SagaConsumeContextMode.Load);
    }

    public Task Save(SagaConsumeContext<TSaga> context)
    {
        db.Add(WithNextVersion(context.Saga));
        return Task.CompletedTask;
    }

    public Task Update(SagaConsumeContext<TSaga> context)
    {
        WithNextVersion(context.Saga);
        return Task.CompletedTask;
    }

    public Task Delete(SagaConsumeContext<TSaga> context)
    {
        db.Remove(context.Saga);
        return Task.CompletedTask;
    }

    public Task Discard(SagaConsumeContext<TSaga> context) => Forget(context.Saga);

    public Task Undo(SagaConsumeContext<TSaga> context) => Forget(context.Saga);

    public Task<SagaConsumeContext<TSaga, T>> CreateSagaConsumeContext<T>(
        ConsumeContext<T> consumeContext,
        TSaga instance,
        SagaConsumeContextMode mode
    )
        where T : class => factory.CreateSagaConsumeContext(db, consumeContext, instance, mode);

    /// <summary>The version is the concurrency token: it grows with every change, on either database.</summary>
    private static TSaga WithNextVersion(TSaga instance)
    {
        if (instance is ISagaVersion versioned)
            versioned.Version++;
        return instance;
    }

    private Task Forget(TSaga instance)
    {
        db.Entry(instance).State = Microsoft.EntityFrameworkCore.EntityState.Detached;
        return Task.CompletedTask;
    }
}
