using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Rollups.Hosting;

/// <summary>MassTransit's log records of a broker outage, which the node logs itself, once.</summary>
internal static partial class BrokerNoise
{
    // MassTransit's own code for a channel that is used after it was closed; its text has the code of that first closing.
    private const ushort AlreadyClosed = 491;

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
            if (
                cause is OperationInterruptedException { ShutdownReason: { } reason }
                && IsOfConnection(reason.ReplyCode, reason.ReplyText)
            )
                return true;
        }

        return false;
    }

    // A connection and a channel that are closed give the same exception; the code distinguishes them.
    private static bool IsOfConnection(ushort code, string text) =>
        code == AlreadyClosed && CodeIn().Match(text) is { Success: true } first
            ? IsOfConnection(ushort.Parse(first.Groups[1].Value, CultureInfo.InvariantCulture), "")
            : code is Constants.ConnectionForced or >= Constants.InternalError;

    [GeneratedRegex(@"\bcode=(\d{1,4})\b")]
    private static partial Regex CodeIn();
}
