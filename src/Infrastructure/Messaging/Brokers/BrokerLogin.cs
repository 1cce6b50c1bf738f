using MassTransit;
using RabbitMQ.Client;

namespace Rollups.Messaging;

/// <summary>
/// Logs in once before each connection of the transport, and declares what must exist (<see cref="BrokerTopology"/>). After a refused login
/// the transport would never try again in the life of the process; it repeats every other failure to connect with growing waits. A password
/// may be changed or a user created later, so this class turns a refused login into a failure that the transport repeats.
/// </summary>
internal static class BrokerLogin
{
    /// <summary>Returns when the broker has admitted the user to the virtual host.</summary>
    /// <exception cref="ConnectionException">
    /// The broker did not. The message is for the operator, and has no inner exception that would make the transport give up.
    /// </exception>
    public static async Task EnsureAsync(RabbitMqOptions options)
    {
        try
        {
            await using var connection = await BrokerConnections.OpenAsync(options, "login", CancellationToken.None);
            await BrokerTopology.DeclareAsync(connection, options, CancellationToken.None);
            await connection.CloseAsync();
        }
        catch (Exception exception)
            when (exception is not ConnectionException
                && (exception is OperationCanceledException || BrokerConnections.Describe(exception, options) is not null)
            )
        {
            throw new ConnectionException(BrokerFault.Describe(exception, options), isTransient: true);
        }
    }
}
