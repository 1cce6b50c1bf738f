using MassTransit;
using MassTransit.Clients;
using MassTransit.DependencyInjection;
using MassTransit.Middleware.Outbox;
using MassTransit.Transports;

namespace Rollups.Messaging;

/// <summary>
/// The meaning of IPublishEndpoint and ISendEndpointProvider in a scope, decided at every call and not when they are resolved: inside a
/// consume they are the consume context, otherwise the scope's outbox. A filter that resolves them early must not publish past the outbox.
/// </summary>
internal sealed class OutboxScopedBusContextProvider : IScopedBusContextProvider<IBus>, ScopedBusContext
{
    private readonly IScopedConsumeContextProvider _consume;
    private readonly IScopedConsumeContextProvider _consumeOfBus;
    private readonly IClientFactory _clients;

    public OutboxScopedBusContextProvider(
        IBus bus,
        OutboxCapture capture,
        Bind<IBus, IClientFactory> clients,
        Bind<IBus, IScopedConsumeContextProvider> consumeOfBus,
        IScopedConsumeContextProvider consume
    )
    {
        _consume = consume;
        _consumeOfBus = consumeOfBus.Value;
        _clients = clients.Value;
        PublishEndpoint = new PerCallPublishEndpoint(this, new PublishEndpoint(new OutboxPublishEndpointProvider(capture, bus)));
        SendEndpointProvider = new PerCallSendEndpointProvider(this, new OutboxSendEndpointProvider(capture, bus));
    }

    public ScopedBusContext Context => this;

    public IPublishEndpoint PublishEndpoint { get; }

    public ISendEndpointProvider SendEndpointProvider { get; }

    // A request waits for its answer, so it cannot wait for a commit.
    public IScopedClientFactory ClientFactory => new ScopedClientFactory(_clients, Current);

    internal ConsumeContext? Current =>
        _consumeOfBus.HasContext ? _consumeOfBus.GetContext()
        : _consume.HasContext ? _consume.GetContext()
        : null;
}
