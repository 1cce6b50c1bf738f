using System.Text;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Api.Wire;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Api.Feed;

/// <summary>
/// Writes every event of the node to the log from which the push feed is served: each message once, in the order of the queue. It is a
/// listener like any other, so the pipeline does not wait for it.
/// </summary>
internal sealed partial class RecordEventsConsumer(FeedDeliveries deliveries, ChainIdentity chain, ILogger<RecordEventsConsumer> logger)
    : IConsumer<InputReceived>,
        IConsumer<EpochOpened>,
        IConsumer<EpochClosed>,
        IConsumer<EpochInputsProcessed>,
        IConsumer<EpochClaimCalculated>,
        IConsumer<EpochClaimSubmitted>,
        IConsumer<EpochClaimAccepted>,
        IConsumer<EpochClaimRejected>,
        IConsumer<EpochClaimReverted>,
        IConsumer<AppRegistered>,
        IConsumer<AppEnabled>,
        IConsumer<AppDisabled>,
        IConsumer<AppRemoved>,
        IConsumer<AppInoperable>
{
    // Far above every event of the node; whatever is larger comes from another program.
    private const int MostBytes = 64 * 1024;

    public Task Consume(ConsumeContext<InputReceived> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<EpochOpened> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<EpochClosed> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<EpochInputsProcessed> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<EpochClaimCalculated> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<EpochClaimSubmitted> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<EpochClaimAccepted> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<EpochClaimRejected> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<EpochClaimReverted> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<AppRegistered> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<AppEnabled> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<AppDisabled> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<AppRemoved> context) => RecordAsync(context);

    public Task Consume(ConsumeContext<AppInoperable> context) => RecordAsync(context);

    private async Task RecordAsync<TEvent>(ConsumeContext<TEvent> context)
        where TEvent : class, IApplicationEvent
    {
        var happened = context.Message;
        if (happened.ChainId != chain.ChainId)
        {
            Telemetry.Ignore("api", IgnoredEvent.OtherChain);
            return;
        }

        var kind = EventKinds.NameOf(typeof(TEvent));
        var messageId =
            context.MessageId ?? throw new MessageException(typeof(TEvent), "A message without an id cannot be told from its own copy.");
        // A malformed address fails here, and the message goes to the error queue.
        var application = Address.Parse(happened.Application);
        var body = BodyOf(happened, messageId);
        if (Encoding.UTF8.GetByteCount(body) > MostBytes)
        {
            LogTooLarge(logger, kind, messageId, MostBytes);
            return;
        }

        await deliveries.RecordAsync(
            context.ReceiveContext,
            new FeedEvent
            {
                MessageId = messageId,
                Application = application,
                Kind = kind,
                Body = body,
                OccurredAt = happened.OccurredAt,
            },
            context.CancellationToken
        );
    }

    private static string BodyOf<TEvent>(TEvent happened, Guid messageId)
    {
        var body = JsonSerializer.SerializeToNode(happened, WireJson.Http)!.AsObject();
        body["message_id"] = messageId.ToString();
        return body.ToJsonString(WireJson.Http);
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The push feed leaves out an event {Kind} (message {MessageId}), because it is larger than {MostBytes} bytes. The node publishes "
            + "no such event: check which other program publishes to its exchanges."
    )]
    private static partial void LogTooLarge(ILogger logger, string kind, Guid messageId, int mostBytes);
}

/// <summary>
/// One queue for all events and all replicas. On RabbitMQ only one replica is served at a time; the broker changes over when that one is
/// gone. That replica takes many messages at once, which <see cref="DeliveryOrder"/> keeps in their order, so that one transaction stores
/// them; each is acknowledged once it is committed. The in-memory bus has no copy of a message after a crash in any case: there the
/// recorder takes one after the other.
/// </summary>
internal sealed class RecordEventsConsumerDefinition : ConsumerDefinition<RecordEventsConsumer>
{
    // The feed's own: the prefetch of the services stays as it is.
    private const int AtOnce = 128;

    public RecordEventsConsumerDefinition(QueueNames? names = null) => EndpointName = (names ?? QueueNames.InMemory).Of("api-events");

    /// <inheritdoc />
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<RecordEventsConsumer> consumerConfigurator,
        IRegistrationContext context
    )
    {
        endpointConfigurator.UseRetries(context);
        endpointConfigurator.ConcurrentMessageLimit = 1;
        if (endpointConfigurator is not IRabbitMqReceiveEndpointConfigurator rabbit)
            return;
        rabbit.SingleActiveConsumer = true;
        rabbit.PrefetchCount = AtOnce;
        rabbit.ConcurrentMessageLimit = AtOnce;
        var deliveries = context.GetRequiredService<FeedDeliveries>();
        rabbit.ConfigureReceive(pipe => pipe.UseFilter(deliveries));
    }
}
