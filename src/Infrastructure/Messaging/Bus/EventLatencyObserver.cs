using MassTransit;
using Rollups.Contracts;

namespace Rollups.Messaging;

/// <summary>Measures, for every service and event, the time from the commit to the begin of the handling.</summary>
internal sealed class EventLatencyObserver(TimeProvider clock) : IConsumeObserver
{
    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        if (context.Message is IApplicationEvent message)
        {
            Telemetry.EventLatency.Record(
                Math.Max(0, (clock.GetUtcNow() - message.OccurredAt).TotalSeconds),
                new KeyValuePair<string, object?>("queue", context.ReceiveContext.InputAddress.Segments[^1]),
                new KeyValuePair<string, object?>("event", typeof(T).Name));
        }

        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;
}
