using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace Rollups.Messaging;

/// <summary>Ends a failed transaction.</summary>
internal static class TransactionAbandon
{
    /// <summary>
    /// Rolls back and discards the captured messages. Never throws, so that the caller sees the original failure; a broken connection or a
    /// failed commit has rolled back by itself.
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
