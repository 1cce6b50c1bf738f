using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Rollups.Messaging;

/// <summary>
/// Inserts the captured messages with the change they belong to, and signals the dispatcher when that change is committed.
/// </summary>
internal sealed class OutboxInterceptor(OutboxCapture capture, OutboxLanes lanes, OutboxSweepPace pace)
    : SaveChangesInterceptor,
        IDbTransactionInterceptor
{
    private readonly HashSet<short> _written = [];
    private bool _isDelayed;

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Insert(eventData.Context);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default
    )
    {
        Insert(eventData.Context);
        return ValueTask.FromResult(result);
    }

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        SignalUnlessInTransaction(eventData.Context);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData,
        int result,
        CancellationToken cancellationToken = default
    )
    {
        SignalUnlessInTransaction(eventData.Context);
        return ValueTask.FromResult(result);
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Signal();

    public Task TransactionCommittedAsync(
        DbTransaction transaction,
        TransactionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        Signal();
        return Task.CompletedTask;
    }

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Forget();

    public Task TransactionRolledBackAsync(
        DbTransaction transaction,
        TransactionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        Forget();
        return Task.CompletedTask;
    }

    private void Insert(DbContext? db)
    {
        foreach (var message in capture.Take())
        {
            _written.Add(message.Lane);
            _isDelayed |= message.NotBefore is not null;
            db!.Add(message);
        }
    }

    private void SignalUnlessInTransaction(DbContext? db)
    {
        if (db?.Database.CurrentTransaction is null)
            Signal();
    }

    private void Signal()
    {
        foreach (var lane in _written)
            lanes.Signal(lane, OutboxSignal.Commit);
        _written.Clear();
        // Only sweeps find what is due later; from the next one on they come every second.
        if (_isDelayed)
            pace.Hurry();
        _isDelayed = false;
    }

    private void Forget()
    {
        _written.Clear();
        _isDelayed = false;
        capture.Clear();
    }
}
