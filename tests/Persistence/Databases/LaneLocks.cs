namespace Rollups.Persistence.Tests;

/// <summary>Locks lanes of the outbox, whatever waits in them.</summary>
internal static class LaneLocks
{
    /// <summary>Locks a lane until the transaction ends; false when another replica holds it.</summary>
    public static async Task<bool> TryLockLaneAsync(
        this IDatabaseProvider database,
        RollupsDbContext db,
        short lane,
        CancellationToken cancellationToken
    ) => await database.TakeOutboxLaneAsync(db, lane, wait: false, DateTimeOffset.UtcNow, 1, cancellationToken) is not null;

    /// <summary>Locks a lane until the transaction ends, waiting for the replica that holds it; false when there is no such lane.</summary>
    public static async Task<bool> LockLaneAsync(
        this IDatabaseProvider database,
        RollupsDbContext db,
        short lane,
        CancellationToken cancellationToken
    ) => await database.TakeOutboxLaneAsync(db, lane, wait: true, DateTimeOffset.UtcNow, 1, cancellationToken) is not null;
}
