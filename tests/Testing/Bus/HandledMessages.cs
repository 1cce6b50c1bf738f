using System.Collections.Concurrent;
using MassTransit;

namespace Rollups.Testing;

/// <summary>Reports when messages were handled by their one consumer: connect it to the bus before they are published.</summary>
public sealed class HandledMessages : IConsumeObserver
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<bool>> _waiting = [];

    /// <summary>Publishes the messages in this order and completes when each was handled; returns for each whether it succeeded.</summary>
    public async Task<bool[]> PublishAsync(IBus bus, IEnumerable<object> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(messages);
        var handled = new List<Task<bool>>();
        foreach (var message in messages)
        {
            var id = NewId.NextGuid();
            handled.Add(
                _waiting.GetOrAdd(id, _ => new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task
            );
            await bus.Publish(message, context => context.MessageId = id, cancellationToken);
        }

        return await Task.WhenAll(handled).WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    /// <inheritdoc />
    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class => End(context, true);

    /// <inheritdoc />
    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => End(context, false);

    private Task End(ConsumeContext context, bool succeeded)
    {
        if (context.MessageId is { } id && _waiting.TryRemove(id, out var waiting))
            waiting.SetResult(succeeded);
        return Task.CompletedTask;
    }
}
