using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Persistence;

namespace Rollups.Testing;

/// <summary>
/// This build's schema in a host's database. The migrator makes it once, and later databases begin as copies, because a migration takes
/// longer than most tests. tests/Persistence tests the migrator itself.
/// </summary>
public static class MigratedSchema
{
    /// <summary>
    /// Brings the host's database to this build's schema: by a copy where it does not exist yet, else by the migrator.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task MigrateAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(services);
        await using var scope = services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<RollupsDbContext>().Database;
        if (database.IsSqlite())
            await SqliteSchema.MigrateAsync(services, database.GetDbConnection().DataSource, cancellationToken);
        else
            await PostgresSchema.MigrateAsync(services, cancellationToken);
    }
}
