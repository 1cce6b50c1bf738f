using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Retry;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <inheritdoc cref="IUnitOfWork" />
internal sealed class UnitOfWork : IUnitOfWork
{
    private readonly IServiceScopeFactory _scopes;
    private readonly IDatabaseProvider _database;
    private readonly ResiliencePipeline _retries;

    public UnitOfWork(IServiceScopeFactory scopes, IDatabaseProvider database, TimeProvider clock)
    {
        (_scopes, _database) = (scopes, database);
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
    )
    {
        var (result, committed) = await _retries.ExecuteAsync(async token => await OnceAsync(work, token), cancellationToken);
        // Behind the retries: nothing that fails from here on may repeat what is committed.
        foreach (var action in committed)
            await action(cancellationToken);
        return result;
    }

    private async Task<(TResult Result, IReadOnlyList<Func<CancellationToken, Task>> Committed)> OnceAsync<TResult>(
        Func<IWorkScope, CancellationToken, Task<TResult>> work,
        CancellationToken cancellationToken
    )
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            var unit = new WorkScope(db, scope.ServiceProvider);
            var result = await work(unit, cancellationToken);
            using (Telemetry.Source.StartActivity("commit"))
            {
                await db.SaveChangesAsync(cancellationToken);
                // They refer to epochs that the unit may just have saved.
                foreach (var inputs in unit.Inputs)
                    await _database.AddInputsAsync(db, inputs, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }

            return (result, unit.Committed);
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
                services.GetRequiredService<ChainIdentity>(),
                OnCommitted,
                Inputs.Add
            );

        /// <summary>New inputs, one list per application.</summary>
        public List<IReadOnlyList<Input>> Inputs { get; } = [];

        public List<Func<CancellationToken, Task>> Committed { get; } = [];

        public void OnCommitted(Func<CancellationToken, Task> action) => Committed.Add(action);
    }
}
