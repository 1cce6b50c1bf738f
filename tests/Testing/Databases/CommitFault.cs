using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Rollups.Testing;

/// <summary>Where the connection breaks.</summary>
public enum CommitEnd
{
    /// <summary>The commit does not reach the database.</summary>
    NotCommitted,

    /// <summary>The database has committed, and its answer is lost.</summary>
    AnswerLost,
}

/// <summary>Makes one commit of the host fail, or all for a time.</summary>
public sealed class CommitFault : DbTransactionInterceptor
{
    private int _left;
    private CommitEnd _end;
    private bool _isTransient;

    /// <summary>Fails the commit after <paramref name="commits"/> more; the unit of work retries a transient failure.</summary>
    public void FailAfter(int commits, CommitEnd end, bool isTransient = false) =>
        (_left, _end, _isTransient) = (commits + 1, end, isTransient);

    /// <summary>What every commit fails with, while it is set.</summary>
    public Exception? Outage { get; set; }

    /// <summary>Awaited before each commit.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    /// <inheritdoc />
    public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction,
        TransactionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default
    )
    {
        await Before();
        if (Outage is { } outage)
            throw outage;
        if (_end == CommitEnd.NotCommitted)
            Count();
        return result;
    }

    /// <inheritdoc />
    public override Task TransactionCommittedAsync(
        DbTransaction transaction,
        TransactionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        if (_end == CommitEnd.AnswerLost)
            Count();
        return Task.CompletedTask;
    }

    private void Count()
    {
        if (_left == 0 || --_left > 0)
            return;
        throw _isTransient ? new DbUpdateConcurrencyException("The line broke.") : new CommitFailedException();
    }
}

/// <summary>A failure that no retry of the unit fixes.</summary>
public sealed class CommitFailedException() : Exception("The commit failed.");
