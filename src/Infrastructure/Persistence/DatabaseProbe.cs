using Microsoft.EntityFrameworkCore;

namespace Rollups.Persistence;

/// <summary>A write that leaves nothing behind: a read-only database is of no use to the node.</summary>
public static class DatabaseProbe
{
    /// <summary>Writes a row and rolls it back. Fails as the node's own writes do.</summary>
    public static async Task WriteAsync(RollupsDbContext db, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // A unique name, so that no probe waits for another one.
        await db.Database.ExecuteSqlAsync($"INSERT INTO leases (name, term) VALUES ({$"probe:{Guid.NewGuid():N}"}, 1)", cancellationToken);
        await transaction.RollbackAsync(cancellationToken);
    }
}
