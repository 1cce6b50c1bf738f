using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Rollups.Messaging.Tests.Nodes;

/// <summary>What the recording consumers of a test have received, in order.</summary>
internal sealed class Received<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly List<ConsumeContext<T>> _contexts = [];
    private readonly List<(Func<IReadOnlyList<T>, bool> IsEnough, TaskCompletionSource Reached)> _waiting = [];

    public IReadOnlyList<ConsumeContext<T>> Contexts
    {
        get
        {
            lock (_lock)
                return [.. _contexts];
        }
    }

    public IReadOnlyList<T> Messages => [.. Contexts.Select(context => context.Message)];

    public void Add(ConsumeContext<T> context)
    {
        lock (_lock)
        {
            _contexts.Add(context);
            var messages = Messages;
            foreach (var waiting in _waiting.Where(waiting => waiting.IsEnough(messages)).ToList())
            {
                waiting.Reached.TrySetResult();
                _waiting.Remove(waiting);
            }
        }
    }

    /// <summary>Ends when so many have come.</summary>
    public Task UntilAsync(int count) => UntilAsync(messages => messages.Count >= count);

    /// <summary>
    /// Ends when what has come is enough. Asked under the lock that each arrival takes: between a question and a wait nothing slips by.
    /// </summary>
    public Task UntilAsync(Func<IReadOnlyList<T>, bool> isEnough)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (isEnough(Messages))
                return Task.CompletedTask;
            _waiting.Add((isEnough, reached));
        }

        return reached.Task.WaitAsync(Patience.Token);
    }
}

/// <summary>Records what comes to its queue.</summary>
internal sealed class RecordingConsumer<T>(Received<T> received) : IConsumer<T>
    where T : class
{
    public Task Consume(ConsumeContext<T> context)
    {
        received.Add(context);
        return Task.CompletedTask;
    }

    /// <summary>Adds the consumer on a queue of its own, one message at a time, so that the order of arrival is seen.</summary>
    public static void Add(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<RecordingConsumer<T>>()
            .Endpoint(endpoint =>
            {
                endpoint.Name = $"recorder-{typeof(T).Name.ToLowerInvariant()}";
                endpoint.ConcurrentMessageLimit = 1;
            });
    }
}
