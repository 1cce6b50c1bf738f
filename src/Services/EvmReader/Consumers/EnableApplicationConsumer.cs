using MassTransit;
using Rollups.Contracts;
using Rollups.EvmReader.Commands;
using Rollups.Messaging;

namespace Rollups.EvmReader.Consumers;

/// <summary>
/// Enables an application. The inbox row, the state, the event and the answer are one transaction, so a command that is delivered again
/// after a later one does not undo that.
/// </summary>
internal sealed class EnableApplicationConsumer(EnableApplicationHandler handler) : IConsumer<EnableApplication>
{
    public async Task Consume(ConsumeContext<EnableApplication> context)
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

internal sealed class EnableApplicationConsumerDefinition : ConsumerDefinition<EnableApplicationConsumer>
{
    public EnableApplicationConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of(CommandQueues.EnableApplication);

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<EnableApplicationConsumer> consumerConfigurator,
        IRegistrationContext context
    )
    {
        endpointConfigurator.UseRetries(context);
        endpointConfigurator.UseEntityFrameworkOutbox(context);
    }
}
