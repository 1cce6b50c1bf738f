using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Rollups.Messaging;

/// <summary>
/// Logs in once before each connection of the transport. After a refused login the transport would never try again in the life of the
/// process; it repeats every other failure to connect with growing waits. A password may be changed or a user created later, so this class
/// turns a refused login into a failure that the transport repeats.
/// </summary>
internal sealed class BrokerLogin(RabbitMqOptions options)
{
    /// <summary>Returns when the broker has admitted the user to the virtual host.</summary>
    /// <exception cref="ConnectionException">
    /// The broker did not. The message is for the operator, and has no inner exception that would make the transport give up.
    /// </exception>
    public async Task EnsureAsync(ConnectionFactory factory)
    {
        try
        {
            await using var connection = await factory.CreateConnectionAsync([options.Host], "login");
            await connection.CloseAsync();
        }
        catch (Exception exception)
            when (exception is RabbitMQClientException or IOException or TimeoutException or OperationCanceledException)
        {
            throw new ConnectionException(BrokerFault.Describe(exception, options), isTransient: true);
        }
    }
}
