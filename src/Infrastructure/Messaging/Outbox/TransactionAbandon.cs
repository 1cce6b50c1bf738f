using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace Rollups.Messaging;

/// <summary>Ends a transaction that has failed.</summary>
internal static class TransactionAbandon
{
    /// <summary>
    /// Rolls back and forgets what was captured. Never throws, so that the failure that led here is the one that is seen: a broken
    /// connection, or a commit that failed, has rolled back by itself.
    /// </summary>
    public static async Task AbandonAsync(this IDbContextTransaction transaction, OutboxCapture capture)
    {
        try
        {
            await transaction.RollbackAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException)
        {
            // Nothing is left to roll back.
        }

        capture.Clear();
    }
}
