using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>Observes the outbox from outside, for tests and for a stop that waits until everything is delivered.</summary>
public interface IOutboxMonitor
{
    /// <summary>
    /// Returns when the outbox is empty: the broker has confirmed every message committed so far, or the message was set aside. Delayed
    /// messages count as well.
    /// </summary>
    Task WaitUntilEmptyAsync(CancellationToken cancellationToken);

    /// <summary>The same of the messages about one application.</summary>
    Task WaitUntilEmptyOfAsync(Address application, CancellationToken cancellationToken);
}
