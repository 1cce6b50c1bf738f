using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.HopWork;

/// <summary>
/// A worker as small as can be: takes every epoch that is CLOSED on to INPUTS_PROCESSED, by the guarded move, and announces it. Its epochs
/// have no inputs, so there is nothing to compute: what is seen is the way to it. Tests and benchmarks share it.
/// </summary>
internal sealed class MoveClosedEpochs(IServiceScopeFactory scopes, IUnitOfWork unit, TimeProvider clock) : IPendingWork
{
    /// <summary>When each epoch was seen by the worker, by application and index.</summary>
    public ConcurrentDictionary<(Address Application, ulong Epoch), long> SeenAt { get; } = [];

    public async Task<IReadOnlyCollection<WorkKey>> FindDueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var due = await db
            .Applications.Where(app => db.Epochs.Any(epoch => epoch.ApplicationId == app.Id && epoch.Status == EpochStatus.Closed))
            .Select(app => app.Address)
            .ToListAsync(cancellationToken);
        return due.ConvertAll(address => new WorkKey(address));
    }

    public async Task<WorkResult> RunAsync(WorkKey key, CancellationToken cancellationToken)
    {
        var done = 0;
        while (await unit.ExecuteAsync((scope, token) => MoveNextAsync(scope, key.Application!.Value, token), cancellationToken))
            done++;
        return new WorkResult(done);
    }

    private async Task<bool> MoveNextAsync(IWorkScope scope, Address application, CancellationToken cancellationToken)
    {
        var epoch = await (
            from row in scope.Db.Epochs
            join app in scope.Db.Applications on row.ApplicationId equals app.Id
            where app.Address == application && row.Status == EpochStatus.Closed
            orderby row.Index
            select new { Application = app, Row = row }
        )
            .AsNoTracking()
            .FirstOrDefaultAsync(cancellationToken);
        if (epoch is null)
            return false;
        SeenAt.TryAdd((application, epoch.Row.Index), clock.GetTimestamp());
        await scope.Transitions.CompleteInputsAsync(
            epoch.Application,
            epoch.Row,
            new ProvenState(Hash32.Zero, Hash32.Zero, new byte[59 * 32], Hash32.Zero, new byte[59 * 32], Hash32.Zero, new byte[59 * 32]),
            clock.GetUtcNow(),
            cancellationToken
        );
        return true;
    }
}
