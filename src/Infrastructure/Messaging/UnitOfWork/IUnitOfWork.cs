namespace Rollups.Messaging;

/// <summary>
/// Runs one unit of work: one scope, one DbContext, one transaction. Its publishes go to the outbox in that transaction, so an event exists
/// if and only if its change is committed. After a transient database failure the whole unit runs again in a new scope.
/// </summary>
public interface IUnitOfWork
{
    /// <summary>
    /// Runs the unit and commits. When <paramref name="work"/> throws, everything is rolled back and nothing is published.
    /// </summary>
    Task<TResult> ExecuteAsync<TResult>(Func<IWorkScope, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken);
}
