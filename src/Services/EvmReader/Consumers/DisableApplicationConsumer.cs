using MassTransit;
using Rollups.Contracts;
using Rollups.EvmReader.Commands;
using Rollups.Messaging;

namespace Rollups.EvmReader.Consumers;

/// <summary>
/// Disables an application. The inbox row, the state, the event and the answer are one transaction, so a command that is delivered again
/// after a later one does not undo that.
/// </summary>
internal sealed class DisableApplicationConsumer(DisableApplicationHandler handler) : IConsumer<DisableApplication>
{
    public async Task Consume(ConsumeContext<DisableApplication> context)
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

internal sealed class DisableApplicationConsumerDefinition : ConsumerDefinition<DisableApplicationConsumer>
{
    public DisableApplicationConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of(CommandQueues.DisableApplication);

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<DisableApplicationConsumer> consumerConfigurator,
        IRegistrationContext context
    )
    {
        endpointConfigurator.UseRetries(context);
        endpointConfigurator.UseEntityFrameworkOutbox(context);
    }
}
