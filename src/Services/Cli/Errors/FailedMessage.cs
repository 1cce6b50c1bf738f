using System.Globalization;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace Rollups.Cli.Errors;

/// <summary>A message in an error queue, with what the bus wrote into its headers when it gave up.</summary>
/// <param name="Queue">The error queue.</param>
/// <param name="Cause">Id of its cause.</param>
/// <param name="Id">Message id, if it has one.</param>
/// <param name="Type">Type of the message, such as EpochClosed.</param>
/// <param name="Error">Type of the exception and its message.</param>
/// <param name="FailedAt">When it failed.</param>
internal sealed record FailedMessage(string Queue, string Cause, string? Id, string Type, string Error, DateTimeOffset? FailedAt)
{
    private const string FaultPrefix = "MT-Fault-";
    private const string Reason = "MT-Reason";

    public static FailedMessage Of(string queue, BasicGetResult got)
    {
        ArgumentNullException.ThrowIfNull(got);
        var headers = got.BasicProperties.Headers ?? new Dictionary<string, object?>();
        var (exception, message) = (Text(headers, FaultPrefix + "ExceptionType"), Text(headers, FaultPrefix + "Message"));
        var error =
            exception is not null ? $"{exception.Split('.')[^1]}: {message}"
            : Text(headers, Reason) == "dead-letter" ? "No consumer of this queue takes this type of message."
            : "The message names no reason.";
        var type = Text(headers, FaultPrefix + "MessageType") is { } named ? Output.Cause.ShortType(named) : TypeIn(got.Body);
        return new(
            queue,
            Output.Cause.IdOf(queue, type, error),
            got.BasicProperties.MessageId,
            type,
            error,
            DateTimeOffset.TryParse(
                Text(headers, FaultPrefix + "Timestamp"),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var failed
            )
                ? failed
                : null
        );
    }

    /// <summary>The message's properties without what the bus added when it gave up: it is delivered as if for the first time.</summary>
    public static BasicProperties Original(BasicGetResult got)
    {
        ArgumentNullException.ThrowIfNull(got);
        var properties = new BasicProperties(got.BasicProperties) { DeliveryMode = DeliveryModes.Persistent };
        if (properties.Headers is { } headers)
            properties.Headers = headers
                .Where(header => !header.Key.StartsWith(FaultPrefix, StringComparison.Ordinal) && header.Key != Reason)
                .ToDictionary(header => header.Key, header => header.Value);
        return properties;
    }

    private static string? Text(IDictionary<string, object?> headers, string name) =>
        headers.TryGetValue(name, out var value)
            ? value switch
            {
                byte[] bytes => Encoding.UTF8.GetString(bytes),
                AmqpTimestamp time => DateTimeOffset.FromUnixTimeSeconds(time.UnixTime).ToString("o", CultureInfo.InvariantCulture),
                _ => Convert.ToString(value, CultureInfo.InvariantCulture),
            }
            : null;

    private static string TypeIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var envelope = JsonDocument.Parse(body);
            return envelope.RootElement.TryGetProperty("messageType", out var types) && types.GetArrayLength() > 0
                ? Output.Cause.ShortType(types[0].GetString() ?? "unknown")
                : "unknown";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "unreadable";
        }
    }
}
