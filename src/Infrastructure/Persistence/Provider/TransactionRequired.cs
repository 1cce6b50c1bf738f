namespace Rollups.Persistence;

/// <summary>A row lock lives as long as its transaction; without one it would be gone before the caller goes on.</summary>
internal static class TransactionRequired
{
    /// <exception cref="InvalidOperationException">The context has no transaction: a mistake of the caller.</exception>
    public static void By(RollupsDbContext db)
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("A row can be locked inside a transaction only: begin one first.");
    }
}
