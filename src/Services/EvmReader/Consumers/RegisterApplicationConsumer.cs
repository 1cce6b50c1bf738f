using MassTransit;
using Rollups.Contracts;
using Rollups.EvmReader.Registration;
using Rollups.Messaging;

namespace Rollups.EvmReader.Consumers;

/// <summary>
/// Registers an application. L1 is read outside any transaction, and the registration is its own unit of work: a redelivered command
/// finds the existing registration, so no inbox is needed.
/// </summary>
internal sealed class RegisterApplicationConsumer(RegisterApplicationHandler register) : IConsumer<RegisterApplication>
{
    public async Task Consume(ConsumeContext<RegisterApplication> context)
    {
        try
        {
            await context.RespondAsync(await register.ExecuteAsync(context.Message, context.CancellationToken));
        }
        catch (RegistrationRefusedException refused)
        {
            await context.RespondAsync(new RegistrationRefused { Reason = refused.Message });
        }
    }
}

internal sealed class RegisterApplicationConsumerDefinition : ConsumerDefinition<RegisterApplicationConsumer>
{
    public RegisterApplicationConsumerDefinition(QueueNames? names = null) =>
        EndpointName = (names ?? QueueNames.InMemory).Of(CommandQueues.RegisterApplication);

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<RegisterApplicationConsumer> consumerConfigurator,
        IRegistrationContext context
    ) => endpointConfigurator.UseRetries(context);
}
