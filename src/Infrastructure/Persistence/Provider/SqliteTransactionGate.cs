using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Rollups.Persistence;

/// <summary>Begins every transaction (BEGIN IMMEDIATE) inside a turn of the file's <see cref="SqliteWriteGate"/>.</summary>
internal sealed class SqliteTransactionGate : DbTransactionInterceptor
{
    private static readonly ConditionalWeakTable<DbTransaction, SqliteWriteGate.Turn> Turns = [];

    public override InterceptionResult<DbTransaction> TransactionStarting(
        DbConnection connection,
        TransactionStartingEventData eventData,
        InterceptionResult<DbTransaction> result
    ) => Begin(connection, eventData, SqliteWriteGate.Of(connection.DataSource).Enter(CancellationToken.None));

    public override async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection,
        TransactionStartingEventData eventData,
        InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default
    ) => Begin(connection, eventData, await SqliteWriteGate.Of(connection.DataSource).EnterAsync(cancellationToken));

    /// <summary>Ends the turn of a transaction that is committed, rolled back or disposed.</summary>
    public static void End(DbTransaction transaction)
    {
        if (Turns.TryGetValue(transaction, out var turn))
            turn.Dispose();
    }

    private static InterceptionResult<DbTransaction> Begin(
        DbConnection connection,
        TransactionStartingEventData eventData,
        SqliteWriteGate.Turn turn
    )
    {
        try
        {
            // Begins the transaction here and not in EF Core, so that a failed BEGIN releases the turn.
            var transaction = ((SqliteConnection)connection).BeginTransaction(eventData.IsolationLevel);
            Turns.Add(transaction, turn);
            return InterceptionResult<DbTransaction>.SuppressWithResult(transaction);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }
}
