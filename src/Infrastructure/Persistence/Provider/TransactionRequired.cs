namespace Rollups.Persistence;

/// <summary>A row lock lives as long as its transaction; without one it would end before the caller continues.</summary>
internal static class TransactionRequired
{
    /// <exception cref="InvalidOperationException">The context has no transaction: a fault of the caller.</exception>
    public static void By(RollupsDbContext db)
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("A row can only be locked inside a transaction: begin one first.");
    }
}
