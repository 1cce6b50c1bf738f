using MassTransit;
using MassTransit.Metadata;
using MassTransit.Middleware;
using MassTransit.Serialization;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>An outbox row, in the form that MassTransit replays.</summary>
internal sealed class StoredMessage(OutboxMessage row) : OutboxMessageContext
{
    private static readonly SystemTextJsonMessageSerializer Serializer = SystemTextJsonMessageSerializer.Instance;

    private readonly Lazy<Headers> _headers = new(() => new DictionarySendHeaders(Read(row.Headers)!));
    private readonly Lazy<IReadOnlyDictionary<string, object>> _properties = new(() => Read(row.Properties));

    public long SequenceNumber => row.Id;

    public Guid MessageId => row.MessageId;

    Guid? MessageContext.MessageId => row.MessageId;

    public Guid? RequestId => row.RequestId;

    public Guid? CorrelationId => row.CorrelationId;

    public Guid? ConversationId => row.ConversationId;

    public Guid? InitiatorId => row.InitiatorId;

    public DateTime? ExpirationTime => row.ExpirationTime?.UtcDateTime;

    public Uri? SourceAddress => ToUri(row.SourceAddress);

    public Uri? DestinationAddress => ToUri(row.DestinationAddress);

    public Uri? ResponseAddress => ToUri(row.ResponseAddress);

    public Uri? FaultAddress => ToUri(row.FaultAddress);

    public DateTime? SentTime => row.CreatedAt.UtcDateTime;

    public Headers Headers => _headers.Value;

    public HostInfo Host => HostMetadataCache.Host;

    public string ContentType => row.ContentType;

    public string MessageType => row.MessageType;

    public string Body => row.Body;

    public IReadOnlyDictionary<string, object> Properties => _properties.Value;

    /// <summary>Sends the row to its destination; returns when the broker has confirmed it.</summary>
    public async Task SendAsync(ISendEndpointProvider bus, CancellationToken cancellationToken)
    {
        var destination = DestinationAddress ?? throw new InvalidOperationException($"The message {row.MessageId} has no destination.");
        var endpoint = await bus.GetSendEndpoint(destination);
        await endpoint.Send(
            new SerializedMessageBody(),
            new ReplayPipe(new OutboxMessageSendPipe(this, destination), row.CreatedAt),
            cancellationToken
        );
    }

    // MassTransit reads an empty dictionary as null, and its own pipe then fails on it.
    private static Dictionary<string, object> Read(string? json) =>
        (json is null ? null : Serializer.DeserializeDictionary<object>(json)) ?? [];

    private static Uri? ToUri(string? address) => address is null ? null : new Uri(address);

    private sealed class ReplayPipe(OutboxMessageSendPipe inner, DateTimeOffset createdAt) : IPipe<SendContext>
    {
        public async Task Send(SendContext context)
        {
            await inner.Send(context);
            context.SetTimestamp(createdAt);
            // The outbox has already waited for the delay; a broker would need a plugin for it.
            context.Delay = null;
        }

        public void Probe(ProbeContext context) => inner.Probe(context);
    }
}
