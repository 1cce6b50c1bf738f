using MassTransit;
using Rollups.Contracts;
using Rollups.EvmReader.Commands;
using Rollups.Messaging;

namespace Rollups.EvmReader.Consumers;

/// <summary>Begins to remove an application. The inbox row, the state, the event and the answer are one transaction.</summary>
internal sealed class RemoveApplicationConsumer(RemoveApplicationHandler handler) : IConsumer<RemoveApplication>
{
    public async Task Consume(ConsumeContext<RemoveApplication> context)
    {
        try
        {
            await context.RespondAsync(await handler.ExecuteAsync(context.Message, context.CancellationToken));
        }
        catch (CommandRefusedException refused)
        {
            await context.RespondAsync(refused.Answer);
        }
    }
}

internal sealed class RemoveApplicationConsumerDefinition : ConsumerDefinition<RemoveApplicationConsumer>
{
    public RemoveApplicationConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of(CommandQueues.RemoveApplication);

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<RemoveApplicationConsumer> consumerConfigurator,
        IRegistrationContext context
    )
    {
        endpointConfigurator.UseRetries(context);
        endpointConfigurator.UseEntityFrameworkOutbox(context);
    }
}
