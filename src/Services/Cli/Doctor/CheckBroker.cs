using System.Globalization;
using RabbitMQ.Client;
using Rollups.Messaging;
using Rollups.Node;
using Rollups.Settings;

namespace Rollups.Cli.Doctor;

/// <summary>The broker admits the node, grants what it needs and confirms messages; its management API answers.</summary>
internal static class CheckBroker
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var settings = configuration.GetSection(MessagingOptions.Section).ReadValidated<MessagingOptions>();
        if (settings.Transport != "rabbitmq")
            return [Finding.Ok("broker", "The bus is in memory: there is no broker, and all services run in one process.")];
        return [await BrokerAsync(settings.RabbitMq, cancellationToken), .. await ManagementAsync(settings.RabbitMq, cancellationToken)];
    }

    private static async Task<Finding> BrokerAsync(RabbitMqOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await BrokerConnections.OpenAsync(options, "rollups doctor", cancellationToken);
            await using var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true),
                cancellationToken
            );
            // Under the name of a service, because rights may be limited to the names of the node. The broker deletes both with the
            // connection.
            var name = string.Create(CultureInfo.InvariantCulture, $"{options.Prefix}lifecycle-doctor-{Guid.NewGuid():N}");
            await channel.ExchangeDeclareAsync(
                name,
                ExchangeType.Fanout,
                durable: false,
                autoDelete: true,
                cancellationToken: cancellationToken
            );
            await channel.QueueDeclareAsync(name, durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
            await channel.QueueBindAsync(name, name, "", cancellationToken: cancellationToken);
            await channel.BasicPublishAsync(name, "", mandatory: true, new BasicProperties(), new byte[] { 1 }, cancellationToken);
            if (await channel.BasicGetAsync(name, autoAck: true, cancellationToken) is null)
                return Finding.Failed("broker", "It confirmed a message and did not deliver it: see the broker's log.");
            return Finding.Ok(
                "broker",
                $"{options.Host}:{options.Port}, virtual host '{options.VirtualHost}': '{options.Username}' may configure, write and read."
            );
        }
        catch (Exception exception) when (BrokerConnections.Describe(exception, options) is { } sentence)
        {
            return Finding.Failed("broker", sentence);
        }
    }

    private static async Task<IReadOnlyList<Finding>> ManagementAsync(RabbitMqOptions options, CancellationToken cancellationToken)
    {
        if (options.ManagementAddress.Length == 0)
            return
            [
                Finding.Warning(
                    "management api",
                    "Messaging:RabbitMq:ManagementAddress is not set: the metrics rollups.queue.* are absent, and 'rollups errors' cannot "
                        + "list the error queues. Set it to the broker's management address, such as http://rabbitmq:15672."
                ),
            ];
        try
        {
            using var management = new ManagementApi(options);
            var queues = QueueState.Of(await management.QueuesAsync(cancellationToken), NodeServices.All, QueueNames.By(options));
            var failed = queues.Where(IsErrorQueue).Sum(queue => queue.Ready + queue.Unacknowledged);
            var unread = queues.Where(queue => !IsErrorQueue(queue) && queue.Consumers == 0).Select(queue => queue.Name).ToList();
            return
            [
                Finding.Ok("management api", $"{management.Address} lists {queues.Count} queues of the node."),
                failed == 0
                    ? Finding.Ok("error queues", "Empty.")
                    : Finding.Warning("error queues", $"{failed} messages on which a service has given up: see 'rollups errors list'."),
                .. unread.Count == 0
                    ? (IReadOnlyList<Finding>)[]
                    :
                    [
                        Finding.Warning(
                            "consumers",
                            $"Nobody reads {string.Join(", ", unread)}: start the service with which the name begins. Its messages wait."
                        ),
                    ],
            ];
        }
        catch (ManagementException exception)
        {
            return [Finding.Failed("management api", $"{options.ManagementAddress}: {exception.Message}.")];
        }
    }

    private static bool IsErrorQueue(QueueState queue) =>
        queue.Name.EndsWith("_error", StringComparison.Ordinal) || queue.Name.EndsWith("_skipped", StringComparison.Ordinal);
}
