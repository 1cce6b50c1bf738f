using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Serialization;
using Microsoft.Extensions.Logging;
using Rollups.Contracts;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// Collects what a scope publishes and sends until its change is saved. Uses no DbContext, so publishes may run concurrently.
/// </summary>
internal sealed partial class OutboxCapture(IServiceProvider services, TimeProvider clock, ILogger<OutboxCapture> logger)
    : OutboxSendContext,
        IDisposable
{
    // A broker refuses much larger messages by closing the channel, and by then the change is committed.
    private const int MaxBodyLength = 1024 * 1024;

    private readonly ConcurrentQueue<OutboxMessage> _captured = [];

    public object? GetService(Type serviceType) => services.GetService(serviceType);

    public Task AddSend<T>(SendContext<T> context)
        where T : class
    {
        var now = clock.GetUtcNow();
        var properties = new Dictionary<string, object>();
        if (context is TransportSendContext<T> transport)
            transport.WritePropertiesTo(properties);
        var serializer = SystemTextJsonMessageSerializer.Instance;
        var body = context.Serializer.GetMessageBody(context).GetString();
        if (body.Length > MaxBodyLength)
        {
            throw new InvalidOperationException(
                $"A message {typeof(T).Name} of {body.Length} characters was published, but the outbox accepts at most "
                    + $"{MaxBodyLength}. This is a fault of the program: announce the change and leave its content in the database."
            );
        }

        _captured.Enqueue(
            new OutboxMessage
            {
                Lane = OutboxLanes.Of(
                    context.Message is IApplicationEvent message
                        ? message.Application
                        : (context.CorrelationId ?? context.ConversationId ?? context.RequestId ?? context.MessageId)?.ToString() ?? ""
                ),
                CreatedAt = now,
                NotBefore = context.Delay is { } delay ? now + delay : null,
                MessageId = context.MessageId ?? NewId.NextGuid(),
                ConversationId = context.ConversationId,
                CorrelationId = context.CorrelationId,
                InitiatorId = context.InitiatorId,
                RequestId = context.RequestId,
                SourceAddress = context.SourceAddress?.ToString(),
                DestinationAddress = context.DestinationAddress?.ToString(),
                ResponseAddress = context.ResponseAddress?.ToString(),
                FaultAddress = context.FaultAddress?.ToString(),
                ContentType = context.ContentType?.ToString() ?? context.Serialization.DefaultContentType.ToString(),
                MessageType = string.Join(';', context.SupportedMessageTypes),
                ExpirationTime = context.TimeToLive is { } timeToLive ? now + timeToLive : null,
                Headers = serializer.SerializeDictionary(context.Headers.GetAll()),
                Properties = serializer.SerializeDictionary(properties),
                Body = body,
            }
        );
        return Task.CompletedTask;
    }

    /// <summary>Returns and removes the messages captured since the last call.</summary>
    public List<OutboxMessage> Take()
    {
        var messages = new List<OutboxMessage>();
        while (_captured.TryDequeue(out var message))
            messages.Add(message);
        return messages;
    }

    /// <summary>Discards the captured messages: their change was rolled back.</summary>
    public void Clear() => _captured.Clear();

    public void Dispose()
    {
        if (!_captured.IsEmpty)
            LogUnsaved(logger, _captured.Count, string.Join(", ", _captured.Select(message => message.MessageType)));
    }

    [LoggerMessage(
        120,
        LogLevel.Error,
        "{Count} messages were published in a scope that was never saved, so they were not sent: {Types}. This is a fault of "
            + "the program: publish inside a unit of work."
    )]
    private static partial void LogUnsaved(ILogger logger, int count, string types);
}
