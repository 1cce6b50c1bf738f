using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence;

/// <summary>
/// Which older builds may use a database that a newer build has migrated. The newer build knows, and leaves a note of it in the database:
/// so during an upgrade a service of the older build goes on, and starts again after a crash. Migrations that only add (expand) admit the
/// build before them. One that takes something away (contract) comes a version later, when nothing uses it any more, and then
/// <see cref="Oldest"/> names the migration that stopped the use.
/// </summary>
public static class OlderBuilds
{
    /// <summary>
    /// Name of the newest migration of the oldest build that runs on this build's schema. Builds before that one knew no such note.
    /// </summary>
    public const string Oldest = "OutputsTrees";

    private const string Key = "schema";

    /// <summary>Whether the newer schema of the database admits this build, which knows all of it but the unknown migrations.</summary>
    public static async Task<bool> IsAdmittedAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var note = await db
            .NodeConfigurations.AsNoTracking()
            .Where(row => row.Key == Key)
            .Select(row => row.Value)
            .SingleOrDefaultAsync(cancellationToken);
        return note is not null
            && JsonSerializer.Deserialize<Note>(note) is { } admitted
            && string.CompareOrdinal(db.Database.GetMigrations().Last(), admitted.OldestMigration) >= 0
            // Whatever came later without a note of its own admits nobody.
            && string.CompareOrdinal((await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Last(), admitted.NewestMigration)
                <= 0;
    }

    /// <summary>Leaves the note of this build.</summary>
    internal static async Task AdmitAsync(RollupsDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var migrations = db.Database.GetMigrations().ToList();
        var oldest = migrations.Single(id => id.EndsWith("_" + Oldest, StringComparison.Ordinal));
        var note = JsonSerializer.Serialize(new Note(oldest, migrations[^1]));
        var row = await db.NodeConfigurations.SingleOrDefaultAsync(setting => setting.Key == Key, cancellationToken);
        if (row is null)
            db.Add(
                new NodeConfiguration
                {
                    Key = Key,
                    Value = note,
                    CreatedAt = now,
                }
            );
        else
            row.Value = note;
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    /// <param name="OldestMigration">Newest migration of the oldest build that may run.</param>
    /// <param name="NewestMigration">Newest migration that the note is about.</param>
    private sealed record Note(string OldestMigration, string NewestMigration);
}
