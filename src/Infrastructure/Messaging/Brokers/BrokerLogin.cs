using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Rollups.Messaging;

/// <summary>
/// Logs in once before each connection of the transport. The transport never tries again after a refused login, not in the whole life of
/// the process; any other failure to connect it repeats with growing waits. So a login that is refused is made one of those. A password may
/// be changed, or a user be created late.
/// </summary>
internal sealed class BrokerLogin(RabbitMqOptions options)
{
    /// <summary>Returns when the broker has let the user into the virtual host.</summary>
    /// <exception cref="ConnectionException">
    /// It has not; the message is for the operator, and has no cause that the transport would give up for.
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
