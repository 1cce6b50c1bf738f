using System.Collections.Concurrent;
using MassTransit;

namespace Rollups.Messaging;

/// <summary>
/// Why the last attempt of each send failed. The transport retries until the send is cancelled, so the sender itself sees only its own
/// time-out.
/// </summary>
internal sealed class SendFaults : ISendObserver
{
    private readonly ConcurrentDictionary<Guid, Exception?> _watched = [];

    /// <summary>Records the failures of a message from now on.</summary>
    public void Watch(Guid messageId) => _watched[messageId] = null;

    /// <summary>Returns the last failure that explains something, or null, and removes it.</summary>
    public Exception? Take(Guid messageId) => _watched.TryRemove(messageId, out var fault) ? fault : null;

    public Task PreSend<T>(SendContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostSend<T>(SendContext<T> context)
        where T : class => Task.CompletedTask;

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class
    {
        // Only for a message that is still watched: an abandoned attempt may end much later.
        if (exception is not OperationCanceledException && context.MessageId is { } id && _watched.TryGetValue(id, out var last))
            _watched.TryUpdate(id, exception, last);
        return Task.CompletedTask;
    }
}
