using MassTransit;
using Rollups.Contracts;
using Rollups.EvmReader.Commands;
using Rollups.Messaging;

namespace Rollups.EvmReader.Consumers;

/// <summary>Changes an application's execution parameters. The inbox row, the change and the answer are one transaction.</summary>
internal sealed class SetExecutionParametersConsumer(SetExecutionParametersHandler handler) : IConsumer<SetExecutionParameters>
{
    public async Task Consume(ConsumeContext<SetExecutionParameters> context)
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

internal sealed class SetExecutionParametersConsumerDefinition : ConsumerDefinition<SetExecutionParametersConsumer>
{
    public SetExecutionParametersConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of(CommandQueues.SetExecutionParameters);

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<SetExecutionParametersConsumer> consumerConfigurator,
        IRegistrationContext context
    )
    {
        endpointConfigurator.UseRetries(context);
        endpointConfigurator.UseEntityFrameworkOutbox(context);
    }
}
