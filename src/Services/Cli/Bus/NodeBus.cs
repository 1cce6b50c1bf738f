using MassTransit;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Cli.Bus;

/// <summary>
/// The node's broker, reached by the node's own settings (<c>ROLLUPS_Messaging__...</c>). It sends commands and needs no key.
/// </summary>
internal sealed class NodeBus : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    private readonly ServiceProvider _services;
    private readonly IBusControl _bus;
    private readonly QueueNames _names;

    private NodeBus(ServiceProvider services, QueueNames names)
    {
        (_services, _names) = (services, names);
        _bus = services.GetRequiredService<IBusControl>();
    }

    /// <summary>Connects to the broker.</summary>
    /// <exception cref="OperatorException">The settings name no broker.</exception>
    /// <exception cref="UnreachableException">The broker does not answer, or refuses the login.</exception>
    public static async Task<NodeBus> OpenAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var messaging = configuration.GetSection(MessagingOptions.Section).ReadValidated<MessagingOptions>();
        if (messaging.Transport != "rabbitmq")
            throw new OperatorException(
                "Messaging:Transport is not rabbitmq, and this command reaches a node in another process only through its broker: set "
                    + "ROLLUPS_Messaging__Transport=rabbitmq and the broker's address."
            );
        var broker = messaging.RabbitMq;
        var bus = new NodeBus(Services(broker), QueueNames.By(broker));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ConnectTimeout);
        try
        {
            await bus._bus.StartAsync(patience.Token);
            return bus;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            await bus.DisposeAsync();
            throw new UnreachableException(
                $"The broker at {broker.Host}:{broker.Port} cannot be used within {ConnectTimeout.TotalSeconds:0} s: start it, or set "
                    + "ROLLUPS_Messaging__RabbitMq__Host, __Port, __VirtualHost, __Username and __Password as the node has them. Nothing "
                    + "was sent.",
                exception
            );
        }
    }

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <param name="command">The command.</param>
    /// <param name="queue">Name of its queue, from <c>CommandQueues</c>.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="check">How the operator sees whether a command without an answer took effect.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UnreachableException">No service has answered.</exception>
    public async Task<Response<TAnswer, TRefusal>> AskAsync<TCommand, TAnswer, TRefusal>(
        TCommand command,
        string queue,
        TimeSpan timeout,
        string check,
        CancellationToken cancellationToken
    )
        where TCommand : class
        where TAnswer : class
        where TRefusal : class
    {
        try
        {
            return await _bus.CreateRequestClient<TCommand>(
                    _names.AddressOf(queue),
                    RequestTimeout.After(ms: (int)timeout.TotalMilliseconds)
                )
                .GetResponse<TAnswer, TRefusal>(command, cancellationToken);
        }
        catch (RequestTimeoutException exception)
        {
            throw new UnreachableException(
                $"No evm-reader answered within {timeout.TotalSeconds:0.###} s: start one on this broker, then run this again. The command "
                    + $"may still take effect if one had taken it from its queue: {check} shows whether it did.",
                exception
            );
        }
        catch (RequestFaultException exception)
        {
            throw new OperatorException(
                "The evm-reader failed on the command, and nothing was changed: its log has the cause, and the command is in the queue "
                    + $"{queue}_error.",
                exception
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _bus.StopAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // It never connected, or the broker went away: there is nothing to close.
        }

        await _services.DisposeAsync();
    }

    private static ServiceProvider Services(RabbitMqOptions broker) =>
        new ServiceCollection()
            .AddLogging()
            .AddPrivateBus(bus => bus.UsingRabbitMq((_, rabbit) => rabbit.UseNodeBroker(broker)))
            .BuildServiceProvider();
}
