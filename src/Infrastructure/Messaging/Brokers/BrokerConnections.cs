using System.Security.Authentication;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Rollups.Messaging;

/// <summary>Connections to the node's broker beside the bus, for programs that look after its queues.</summary>
public static class BrokerConnections
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Connects as the node does.</summary>
    /// <param name="options">The broker, and how to log in.</param>
    /// <param name="name">Name of the connection in the broker's lists.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="ConnectionException">
    /// The broker cannot be reached or refuses the login. The message is for the operator.
    /// </exception>
    public static async Task<IConnection> OpenAsync(RabbitMqOptions options, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var factory = new ConnectionFactory
        {
            VirtualHost = options.VirtualHost,
            UserName = options.Username,
            Password = options.Password,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = Timeout,
            ContinuationTimeout = Timeout,
        };
        try
        {
            return await factory.CreateConnectionAsync(
                options.Hosts.Select(host => new AmqpTcpEndpoint(host, options.Port, options.Tls.ForHost(host))),
                name,
                cancellationToken
            );
        }
        catch (Exception exception) when (Describe(exception, options) is { } sentence)
        {
            throw new ConnectionException(sentence, isTransient: true);
        }
    }

    /// <summary>The sentence for a failure of the broker or of the connection to it; null for any other failure.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="options">The broker's options.</param>
    public static string? Describe(Exception exception, RabbitMqOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return exception is RabbitMQClientException or IOException or AuthenticationException or TimeoutException or ConnectionException
            ? BrokerFault.Describe(exception, options)
            : null;
    }
}
