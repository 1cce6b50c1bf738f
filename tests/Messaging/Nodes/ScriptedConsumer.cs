using MassTransit;
using Rollups.Contracts;

namespace Rollups.Messaging.Tests.Nodes;

/// <summary>What a test lets the consumer do.</summary>
internal sealed class Script
{
    private int _runs;

    public Func<ConsumeContext<EpochClosed>, IPublishEndpoint, int, Task> Run { get; set; } = (_, _, _) => Task.CompletedTask;

    public int Runs => Volatile.Read(ref _runs);

    public Task PlayAsync(ConsumeContext<EpochClosed> context, IPublishEndpoint publish) =>
        Run(context, publish, Interlocked.Increment(ref _runs));
}

/// <summary>A consumer behind inbox and outbox that does what the test says.</summary>
internal sealed class ScriptedConsumer(Script script, IPublishEndpoint publish) : IConsumer<EpochClosed>
{
    public Task Consume(ConsumeContext<EpochClosed> context) => script.PlayAsync(context, publish);
}

/// <summary>
/// Its queue: inbox and outbox, and in front of them a filter that resolves the scope's endpoint before there is a consume.
/// </summary>
internal sealed class ScriptedConsumerDefinition : ConsumerDefinition<ScriptedConsumer>
{
    public static readonly Uri Queue = new("queue:scripted-epoch-closed");

    public ScriptedConsumerDefinition() => EndpointName = "scripted-epoch-closed";

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ScriptedConsumer> consumerConfigurator,
        IRegistrationContext context
    )
    {
        endpointConfigurator.UseRetries(context);
        endpointConfigurator.UseConsumeFilter(typeof(EarlyFilter<>), context);
        endpointConfigurator.UseEntityFrameworkOutbox(context);
    }
}

/// <summary>A filter such as one for auditing, which asks for the endpoint when it is made.</summary>
internal sealed class EarlyFilter<T>(IPublishEndpoint publish) : IFilter<ConsumeContext<T>>
    where T : class
{
    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        publish.ShouldNotBeNull();
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("early");
}
