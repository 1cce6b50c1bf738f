using System.Reflection;
using MassTransit;
using Rollups.Contracts;

namespace Rollups.Messaging;

/// <summary>Measures, per service and event, the time from the commit to the start of the handling.</summary>
internal sealed class EventLatencyObserver(IEnumerable<FallbackSync> syncs, QueueNames names, TimeProvider clock) : IConsumeObserver
{
    // Longest first: a service whose name begins another's must not take its queues.
    private readonly string[] _services = [.. syncs.Select(sync => sync.Service).OrderByDescending(service => service.Length)];

    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        if (context.Message is IApplicationEvent message)
        {
            Telemetry.EventLatency.Record(
                Math.Max(0, (clock.GetUtcNow() - message.OccurredAt).TotalSeconds),
                new KeyValuePair<string, object?>("service", ServiceOf(context.ReceiveContext.InputAddress.Segments[^1])),
                new KeyValuePair<string, object?>("event", EventName<T>.Value)
            );
        }

        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    /// <summary>Queues are named SERVICE-EVENT; one that belongs to no service counts by its own name.</summary>
    private string ServiceOf(string queue)
    {
        var own = names.Own(queue) ?? queue;
        return _services.FirstOrDefault(service => own.StartsWith(service + "-", StringComparison.Ordinal)) ?? own;
    }

    /// <summary>The event's name on the wire, such as epoch.closed.</summary>
    private static class EventName<T>
    {
        public static readonly string Value = typeof(T).GetCustomAttribute<EntityNameAttribute>()?.EntityName ?? typeof(T).Name;
    }
}
