namespace Rollups.Messaging;

/// <summary>Looks at the outbox from outside, for tests and for a stop that wants to see everything delivered.</summary>
public interface IOutboxMonitor
{
    /// <summary>
    /// Ends when the outbox has no row left: everything committed so far was confirmed by the broker or set aside. Delayed messages count
    /// as well.
    /// </summary>
    Task WaitUntilEmptyAsync(CancellationToken cancellationToken);
}
