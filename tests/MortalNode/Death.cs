using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Rollups.MortalNode;

/// <summary>Kills the process, as SIGKILL does: no finally, no flush, no farewell to broker and database.</summary>
internal sealed class Death(string point) : DbCommandInterceptor, IDbTransactionInterceptor
{
    private bool _inserted;

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        _inserted |= command.CommandText.Contains("INSERT INTO outbox", StringComparison.Ordinal);
        return ValueTask.FromResult(result);
    }

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (point == "after-commit" && _inserted)
            Process.GetCurrentProcess().Kill();
        return Task.CompletedTask;
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (point == "after-confirm" && command.CommandText.StartsWith("DELETE FROM outbox", StringComparison.Ordinal))
            Process.GetCurrentProcess().Kill();
        return ValueTask.FromResult(result);
    }
}
