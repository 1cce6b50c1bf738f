using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Persistence;

namespace Rollups.Api.Feed;

/// <summary>Reads the log. Each read is a range of its key.</summary>
internal sealed class FeedStore(IServiceScopeFactory scopes)
{
    /// <summary>The signal of the database when the log has grown.</summary>
    public const string Channel = "rollups_feed";

    /// <summary>Name of the log and number of its newest event.</summary>
    public Task<FeedLog> HeadAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            async db =>
                await HeadOf(db, cancellationToken)
                ?? await CreateAsync(db, cancellationToken)
                ?? throw new InvalidOperationException("The head of the feed's log is missing."),
            cancellationToken
        );

    /// <summary>Events behind a number, in order.</summary>
    public Task<List<FeedEvent>> PageAsync(long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(
            db =>
                db.FeedEvents.AsNoTracking()
                    .Where(row => row.Number > after)
                    .OrderBy(row => row.Number)
                    .Take(limit)
                    .ToListAsync(cancellationToken),
            cancellationToken
        );

    /// <summary>The next number of the log, whose head stays locked until the transaction ends.</summary>
    public static async Task<long> NextAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        if (await AdvanceAsync(db, cancellationToken) == 0)
        {
            await InsertAsync(db, cancellationToken);
            await AdvanceAsync(db, cancellationToken);
        }

        return await db.FeedLogs.Where(log => log.Id == FeedLog.TheId).Select(log => log.Last).SingleAsync(cancellationToken);
    }

    private static Task<int> AdvanceAsync(RollupsDbContext db, CancellationToken cancellationToken) =>
        db
            .FeedLogs.Where(log => log.Id == FeedLog.TheId)
            .ExecuteUpdateAsync(set => set.SetProperty(log => log.Last, log => log.Last + 1), cancellationToken);

    private static async Task<FeedLog?> CreateAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        await InsertAsync(db, cancellationToken);
        return await HeadOf(db, cancellationToken);
    }

    private static Task<FeedLog?> HeadOf(RollupsDbContext db, CancellationToken cancellationToken) =>
        db.FeedLogs.AsNoTracking().SingleOrDefaultAsync(log => log.Id == FeedLog.TheId, cancellationToken);

    private static Task<int> InsertAsync(RollupsDbContext db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"INSERT INTO feed_log (id, name, last) VALUES ({FeedLog.TheId}, {NewName()}, 0) ON CONFLICT DO NOTHING",
            cancellationToken
        );

    private static string NewName() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    private async Task<T> ReadAsync<T>(Func<RollupsDbContext, Task<T>> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var scope = scopes.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<RollupsDbContext>());
    }
}
