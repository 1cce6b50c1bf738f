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

    /// <summary>
    /// Number of the newest event. The head stays locked until the transaction ends, so writers come one after the other.
    /// </summary>
    public static async Task<long> LockAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        var last = await TryLockAsync(db, cancellationToken);
        if (last.Count == 0)
        {
            await InsertAsync(db, cancellationToken);
            last = await TryLockAsync(db, cancellationToken);
        }

        return last[0];
    }

    /// <summary>Has the number of the newest event written with the next <c>SaveChanges</c>. The head must be locked.</summary>
    public static void Advance(RollupsDbContext db, long last)
    {
        var head = db.FeedLogs.Attach(new FeedLog { Id = FeedLog.TheId, Name = "" });
        head.Property(log => log.Last).CurrentValue = last;
        head.Property(log => log.Last).IsModified = true;
    }

    private static Task<List<long>> TryLockAsync(RollupsDbContext db, CancellationToken cancellationToken) =>
        db
            .Database.SqlQuery<long>($"UPDATE feed_log SET last = last WHERE id = {FeedLog.TheId} RETURNING last")
            .ToListAsync(cancellationToken);

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
