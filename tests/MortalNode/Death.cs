using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Rollups.MortalNode;

/// <summary>Kills the process at a point, as SIGKILL does: no finally, no flush, no farewell to broker and database.</summary>
/// <param name="point">Asked at every statement.</param>
internal sealed class Death(Func<CrashPoint?> point) : DbCommandInterceptor, IDbTransactionInterceptor
{
    // What was seen of the point's statements, by transaction.
    private readonly ConcurrentDictionary<Guid, HashSet<Statement>> _seen = new();

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        Executing(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default
    )
    {
        Executing(command, eventData);
        return ValueTask.FromResult(result);
    }

    public ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction,
        TransactionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default
    )
    {
        DieAt(Moment.Committing, eventData.TransactionId);
        return ValueTask.FromResult(result);
    }

    public Task TransactionCommittedAsync(
        DbTransaction transaction,
        TransactionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        DieAt(Moment.Committed, eventData.TransactionId);
        _seen.TryRemove(eventData.TransactionId, out _);
        return Task.CompletedTask;
    }

    /// <summary>The L1 node has taken a transaction.</summary>
    public void Sent()
    {
        if (point()?.Moment == Moment.Sent)
            Die();
    }

    private void Executing(DbCommand command, CommandEventData eventData)
    {
        if (point() is not { } wanted)
            return;
        var matching = wanted.Statements.Where(statement => statement.Is(command)).ToList();
        if (matching.Count > 0 && wanted.Moment == Moment.Executing)
            Die();
        if (matching.Count > 0 && eventData.Context?.Database.CurrentTransaction is { } transaction)
            _seen.GetOrAdd(transaction.TransactionId, _ => []).UnionWith(matching);
    }

    private void DieAt(Moment moment, Guid transaction)
    {
        if (
            _seen.TryGetValue(transaction, out var seen)
            && point() is { } wanted
            && wanted.Moment == moment
            && seen.IsSupersetOf(wanted.Statements)
        )
            Die();
    }

    private static void Die() => Process.GetCurrentProcess().Kill();
}
