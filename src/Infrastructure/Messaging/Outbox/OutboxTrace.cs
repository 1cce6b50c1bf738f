using System.Diagnostics;
using MassTransit;
using MassTransit.Serialization;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// The trace context of an outbox row. MassTransit wrote it into the row's headers when the message was captured; the send continues it,
/// whichever process sends, however late.
/// </summary>
internal static class OutboxTrace
{
    private const string Header = "MT-Activity-Id";

    /// <summary>Starts the span of a row's delivery in the trace of its publisher; null if nothing collects spans.</summary>
    public static Activity? Start(OutboxMessage row)
    {
        if (!Telemetry.Source.HasListeners())
            return null;
        var headers = row.Headers is null ? null : SystemTextJsonMessageSerializer.Instance.DeserializeDictionary<object>(row.Headers);
        ActivityContext parent = default;
        if (headers?.GetValueOrDefault(Header) is { } written)
            ActivityContext.TryParse(written.ToString(), null, isRemote: true, out parent);
        // The lane's loop has no trace of its own; whatever is current there belongs to another message.
        Activity.Current = null;
        return Telemetry
            .Source.StartActivity("outbox deliver", ActivityKind.Internal, parent)
            ?.SetTag("messaging.message.id", row.MessageId.ToString())
            .SetTag("messaging.destination.name", row.DestinationAddress is { } address ? new Uri(address).Segments[^1] : null);
    }
}
