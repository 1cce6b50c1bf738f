using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Retry;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <inheritdoc cref="IUnitOfWork" />
internal sealed class UnitOfWork : IUnitOfWork
{
    private readonly IServiceScopeFactory _scopes;
    private readonly ResiliencePipeline _retries;

    public UnitOfWork(IServiceScopeFactory scopes, IDatabaseProvider database, TimeProvider clock)
    {
        _scopes = scopes;
        _retries = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = new PredicateBuilder().Handle<Exception>(database.IsTransient),
                    MaxRetryAttempts = 3,
                    Delay = TimeSpan.FromMilliseconds(50),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                }
            )
            .Build();
    }

    public async Task<TResult> ExecuteAsync<TResult>(
        Func<IWorkScope, CancellationToken, Task<TResult>> work,
        CancellationToken cancellationToken
    ) => await _retries.ExecuteAsync(async token => await OnceAsync(work, token), cancellationToken);

    private async Task<TResult> OnceAsync<TResult>(
        Func<IWorkScope, CancellationToken, Task<TResult>> work,
        CancellationToken cancellationToken
    )
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            var result = await work(new WorkScope(db, scope.ServiceProvider), cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        catch
        {
            // Immediately, not at the end of the scope: SQLite has one writer.
            await transaction.AbandonAsync(scope.ServiceProvider.GetRequiredService<OutboxCapture>());
            throw;
        }
    }

    private sealed class WorkScope(RollupsDbContext db, IServiceProvider services) : IWorkScope
    {
        public RollupsDbContext Db => db;

        public IServiceProvider Services => services;

        // Created on first use: a unit without transitions needs neither bus nor chain.
        public EpochTransitions Transitions =>
            field ??= new EpochTransitions(
                db,
                services.GetRequiredService<IPublishEndpoint>(),
                services.GetRequiredService<ChainIdentity>()
            );
    }
}
