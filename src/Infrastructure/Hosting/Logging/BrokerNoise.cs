using System.Net.Sockets;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Rollups.Hosting;

/// <summary>MassTransit's log records of a broker outage, which the node logs itself, once.</summary>
internal static class BrokerNoise
{
    /// <summary>
    /// True for a failure of the connection, or of something that failed with it; false for the broker's errors about a queue, an exchange
    /// or a message.
    /// </summary>
    public static bool Is(Exception? exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (
                cause
                is ConnectionException
                    or SocketException
                    or BrokerUnreachableException
                    or ConnectFailureException
                    or AuthenticationFailureException
            )
                return true;
            // Both mean that something is closed; the code distinguishes a connection from a channel.
            if (
                cause is OperationInterruptedException
                {
                    ShutdownReason.ReplyCode: Constants.ConnectionForced or >= Constants.InternalError
                }
            )
                return true;
        }

        return false;
    }
}
