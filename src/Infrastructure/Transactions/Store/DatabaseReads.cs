using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>Queries outside a unit of work.</summary>
internal static class DatabaseReads
{
    /// <summary>Runs a query in a scope of its own, without tracking.</summary>
    public static async Task<TResult> ReadAsync<TResult>(this IServiceScopeFactory scopes, Func<RollupsDbContext, Task<TResult>> read)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await read(db);
    }
}
