using RabbitMQ.Client;
using Rollups.Cli.Database;
using Rollups.Messaging;
using Rollups.Node;
using Rollups.Settings;

namespace Rollups.Cli.Broker;

/// <summary>The node's broker, reached by the node's own settings (<c>ROLLUPS_Messaging__RabbitMq__...</c>).</summary>
internal sealed class NodeBroker : IAsyncDisposable
{
    private readonly QueueNames _names;
    private readonly ManagementApi _management;
    private readonly IConnection _connection;

    private NodeBroker(RabbitMqOptions options, IConnection connection) =>
        (_names, _management, _connection) = (QueueNames.By(options), new ManagementApi(options), connection);

    /// <summary>The settings of section <c>Messaging</c>.</summary>
    /// <exception cref="OperatorException">One of them is wrong.</exception>
    public static MessagingOptions Settings() =>
        NodeDatabase.Configuration().GetSection(MessagingOptions.Section).ReadValidated<MessagingOptions>();

    /// <summary>Connects, and runs an action on the broker's queues.</summary>
    /// <exception cref="OperatorException">The node uses no broker, or its management address is not set.</exception>
    /// <exception cref="UnreachableException">The broker or its management API does not answer.</exception>
    public static async Task<T> UseAsync<T>(Func<NodeBroker, Task<T>> use, CancellationToken cancellationToken)
    {
        var settings = Settings();
        if (settings.Transport != "rabbitmq")
            throw new OperatorException(
                "Messaging:Transport is not rabbitmq, and an in-memory bus keeps no queues: set ROLLUPS_Messaging__Transport=rabbitmq and "
                    + "the broker's address as the node has them."
            );
        var options = settings.RabbitMq;
        if (options.ManagementAddress.Length == 0)
            throw new OperatorException(
                "Messaging:RabbitMq:ManagementAddress is not set: give the address of the broker's management API, which lists its queues, "
                    + "such as ROLLUPS_Messaging__RabbitMq__ManagementAddress=http://rabbitmq:15672."
            );
        try
        {
            await using var broker = new NodeBroker(
                options,
                await BrokerConnections.OpenAsync(options, "rollups command line", cancellationToken)
            );
            return await use(broker);
        }
        catch (Exception exception) when (BrokerConnections.Describe(exception, options) is { } sentence)
        {
            throw new UnreachableException(sentence, exception);
        }
        catch (ManagementException exception)
        {
            throw new UnreachableException(
                $"The broker's management API at {options.ManagementAddress} returned no queues: {exception.Message}.",
                exception
            );
        }
    }

    /// <summary>The queues of the node's services.</summary>
    public async Task<IReadOnlyList<QueueState>> QueuesAsync(CancellationToken cancellationToken) =>
        [
            .. (await _management.QueuesAsync(cancellationToken)).Where(queue =>
                _names.Own(queue.Name) is { } own
                && NodeServices.All.Any(service =>
                    own.StartsWith(service + "-", StringComparison.Ordinal) || own.StartsWith(service + "_", StringComparison.Ordinal)
                )
            ),
        ];

    /// <summary>A channel on which the broker confirms every message.</summary>
    public Task<IChannel> OpenChannelAsync(CancellationToken cancellationToken) =>
        _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
            cancellationToken
        );

    public async ValueTask DisposeAsync()
    {
        _management.Dispose();
        await _connection.DisposeAsync();
    }
}
