using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>The database and the transitions of a unit of work.</summary>
public interface IWorkScope
{
    /// <summary>Context with an open transaction; saved and committed by the unit.</summary>
    RollupsDbContext Db { get; }

    /// <summary>
    /// The transitions of epochs and applications in this transaction: the only way to change a status, and the only way to publish an
    /// event.
    /// </summary>
    EpochTransitions Transitions { get; }

    /// <summary>The scope's services.</summary>
    IServiceProvider Services { get; }

    /// <summary>
    /// Runs <paramref name="action"/> once the transaction is committed, in the order of the calls; never when it is rolled back. For what
    /// must not exist without the change: a metric, a memory of this process. What it throws reaches the caller of the unit, and the
    /// change stays.
    /// </summary>
    void OnCommitted(Func<CancellationToken, Task> action);
}
