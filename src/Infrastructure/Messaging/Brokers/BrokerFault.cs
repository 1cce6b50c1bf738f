using System.Net.Sockets;
using System.Security.Authentication;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Rollups.Messaging;

/// <summary>Classifies a failure to connect or to send: an outage of the broker, or a fault of the one message.</summary>
internal static class BrokerFault
{
    // AMQP 0-9-1: the class basic.
    private const ushort Basic = 60;

    /// <summary>
    /// True if no further attempt can succeed, whatever the broker's state: the message cannot be serialized, has no valid destination, is
    /// too large for this broker, or was returned. Everything else is an outage: a time-out, a closed connection or channel, a revoked
    /// right. A missing exchange is an outage too, because the next attempt declares it again.
    /// </summary>
    public static bool IsOfMessage(Exception exception)
    {
        var causes = Causes(exception).ToList();
        if (
            causes.Exists(cause =>
                cause is MessageReturnedException or RabbitMQ.Client.Exceptions.PublishException { IsReturn: true }
                || IsRefusedContent(cause)
            )
        )
            return true;
        return !causes.Exists(cause =>
            cause
                is OperationCanceledException
                    or TimeoutException
                    or ConnectionException
                    or RabbitMQClientException
                    or IOException
                    or SocketException
                    or TransportUnavailableException
                    or ObjectDisposedException
        );
    }

    /// <summary>One or two sentences for the operator: the problem and the remedy. Contains no secret.</summary>
    public static string Describe(Exception exception, RabbitMqOptions options)
    {
        var broker = $"The broker at {string.Join(", ", options.Hosts.Select(host => $"{host}:{options.Port}"))}";
        var rights = $"the user '{options.Username}' in the virtual host '{options.VirtualHost}'";
        foreach (var cause in Causes(exception))
        {
            switch (cause)
            {
                case ConnectionException { InnerException: null }:
                    return cause.Message;
                case AuthenticationFailureException:
                    return $"{broker} refuses the login of the user '{options.Username}': create the user or set its password at the "
                        + $"broker, or correct Messaging:RabbitMq:Username and Password.";
                case PossibleAuthenticationFailureException:
                    return $"{broker} closed the connection during the login of the user '{options.Username}': see the broker's log, "
                        + $"and check Messaging:RabbitMq:Username and Password.";
                case OperationInterruptedException { ShutdownReason: { ReplyCode: Constants.NotAllowed } reason }:
                    return $"{broker} denies access to {rights} ({reason.ReplyText}): create the virtual host, or grant the rights "
                        + $"with rabbitmqctl set_permissions.";
                case OperationInterruptedException { ShutdownReason: { ReplyCode: Constants.AccessRefused } reason }:
                    return $"{broker} refuses an operation to {rights} ({reason.ReplyText}): grant configure, write and read with "
                        + $"rabbitmqctl set_permissions.";
                case OperationInterruptedException { ShutdownReason: { ReplyCode: Constants.PreconditionFailed } reason }
                    when reason.ReplyText.Contains("inequivalent arg", StringComparison.Ordinal):
                    return $"{broker} has a queue or exchange of another kind than the settings want ({reason.ReplyText}): set "
                        + $"Messaging:RabbitMq:QueueType (now {options.QueueType}) to the type of the existing queues; or stop the "
                        + $"services, delete the node's queues at the broker (rabbitmqctl delete_queue NAME), and start them again. The "
                        + $"fallback syncs find the work of deleted events.";
                case AuthenticationException:
                    return $"{broker} does not agree on an encrypted connection ({cause.Message}): check that Messaging:RabbitMq:Port is "
                        + $"its TLS port, and check Messaging:RabbitMq:Tls:CaFile and ServerName.";
                case OperationInterruptedException { ShutdownReason: { ReplyCode: >= 400 } reason }:
                    return $"{broker} closed the connection or a channel ({reason.ReplyText}): see the broker's log.";
                case SocketException socket:
                    return $"{broker} cannot be reached ({socket.SocketErrorCode}): check that it runs, and check "
                        + $"Messaging:RabbitMq:Host and Port.";
            }
        }

        return Causes(exception).Any(cause => cause is OperationCanceledException or TimeoutException)
            ? $"{broker} does not answer, or does not confirm messages: check rabbitmq-diagnostics alarms, because a full disk "
                + $"or memory blocks publishing."
            : $"{broker} cannot be used ({exception.GetType().Name}): see the broker's log.";
    }

    private static bool IsRefusedContent(Exception cause) =>
        cause
            is OperationInterruptedException
            {
                ShutdownReason: { ClassId: Basic, ReplyCode: Constants.PreconditionFailed or Constants.ContentTooLarge }
            };

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
            if (cause is not AggregateException { InnerExceptions: { Count: > 1 } several })
                continue;
            foreach (var inner in several.Skip(1).SelectMany(Causes))
                yield return inner;
        }
    }
}
