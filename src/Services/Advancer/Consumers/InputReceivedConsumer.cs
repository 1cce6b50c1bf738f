using MassTransit;
using Rollups.Contracts;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Advancer.Consumers;

/// <summary>New inputs are stored: look.</summary>
internal sealed class InputReceivedConsumer(IWorkRunner<AdvanceInputs> runner) : IConsumer<InputReceived>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<InputReceived> context) =>
        runner.WakeAsync(new WorkKey(Address.Parse(context.Message.Application)), WorkTrigger.Event, context.CancellationToken);
}

/// <summary>Names the queue.</summary>
internal sealed class InputReceivedConsumerDefinition : ConsumerDefinition<InputReceivedConsumer>
{
    /// <summary>Queue <c>advancer-input-received</c>.</summary>
    public InputReceivedConsumerDefinition() => EndpointName = "advancer-input-received";
}
