using System.Collections.Concurrent;
using MassTransit;

namespace Rollups.Messaging.Tests.Nodes;

/// <summary>Counts how often each message is tried: a filter of the endpoint's consume pipe stands inside of the retries.</summary>
internal sealed class Attempts : IFilter<ConsumeContext>
{
    private readonly ConcurrentDictionary<Guid, int> _tried = new();
    private readonly ConcurrentDictionary<Guid, bool> _redelivered = new();

    /// <summary>Messages that were tried at least so often in one delivery: what is delivered again is not counted.</summary>
    public int Tried(int times) => _tried.Values.Count(count => count >= times);

    /// <summary>Messages that went back to their queue and came again.</summary>
    public int Redelivered => _redelivered.Count;

    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        var id = context.MessageId.GetValueOrDefault();
        if (context.ReceiveContext.Redelivered)
            _redelivered.TryAdd(id, true);
        else
            _tried.AddOrUpdate(id, 1, (_, count) => count + 1);
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("attempts");
}
