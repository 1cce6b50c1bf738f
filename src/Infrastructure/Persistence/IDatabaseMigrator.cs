using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>Brings the database to this build's schema.</summary>
public interface IDatabaseMigrator
{
    /// <summary>Applies the missing migrations. Several processes may start at once: one applies, the others wait.</summary>
    /// <exception cref="OperatorException">The database cannot be reached, or its schema is newer than this build.</exception>
    Task MigrateAsync(CancellationToken cancellationToken);
}
