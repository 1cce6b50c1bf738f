using MassTransit;
using Rollups.Cli.Bus;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Cli.Deploy;

/// <summary>Registers a deployed application with a running node, over its broker.</summary>
internal static class Registration
{
    // The evm-reader may still be starting; its queue keeps the command.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>Makes sure that there is a broker to register through, before anything is deployed.</summary>
    /// <exception cref="OperatorException">The settings name none.</exception>
    public static void EnsureBroker(IConfiguration configuration)
    {
        if (configuration.GetSection(MessagingOptions.Section).ReadValidated<MessagingOptions>().Transport != "rabbitmq")
            throw new OperatorException(
                "Messaging:Transport is not rabbitmq, and this command reaches a node in another process only through its "
                    + "broker: set ROLLUPS_Messaging__Transport=rabbitmq and the broker's address."
            );
    }

    /// <summary>Registers it. Repeating it changes nothing.</summary>
    /// <exception cref="OperatorException">The node refuses it.</exception>
    /// <exception cref="UnreachableException">No node answers.</exception>
    public static async Task<ApplicationRegistration> RegisterAsync(
        IConfiguration configuration,
        string name,
        Address application,
        string templateUri,
        CancellationToken cancellationToken
    )
    {
        await using var bus = await NodeBus.OpenAsync(configuration, cancellationToken);
        var answer = await bus.AskAsync<RegisterApplication, ApplicationRegistration, RegistrationRefused>(
            new RegisterApplication
            {
                Name = name,
                Application = application.ToString(),
                TemplateUri = templateUri,
            },
            CommandQueues.RegisterApplication,
            Timeout,
            "'rollups app list'",
            cancellationToken
        );
        return answer.Is(out Response<ApplicationRegistration>? registered)
            ? registered.Message
            : throw new OperatorException(
                $"The node refused the application: {(answer.Is(out Response<RegistrationRefused>? refused) ? refused.Message.Reason : "")}"
            );
    }
}
