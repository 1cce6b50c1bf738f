using MassTransit;

namespace Rollups.Messaging;

/// <summary>Publishes to the current consume context, or else to the outbox of the scope.</summary>
internal sealed class PerCallPublishEndpoint(OutboxScopedBusContextProvider scope, IPublishEndpoint outbox) : IPublishEndpoint
{
    private IPublishEndpoint Target => scope.Current ?? outbox;

    public Task Publish<T>(T message, CancellationToken cancellationToken = default)
        where T : class => Target.Publish(message, cancellationToken);

    public Task Publish<T>(T message, IPipe<PublishContext<T>> publishPipe, CancellationToken cancellationToken = default)
        where T : class => Target.Publish(message, publishPipe, cancellationToken);

    public Task Publish<T>(T message, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default)
        where T : class => Target.Publish(message, publishPipe, cancellationToken);

    public Task Publish(object message, CancellationToken cancellationToken = default) => Target.Publish(message, cancellationToken);

    public Task Publish(object message, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default) =>
        Target.Publish(message, publishPipe, cancellationToken);

    public Task Publish(object message, Type messageType, CancellationToken cancellationToken = default) =>
        Target.Publish(message, messageType, cancellationToken);

    public Task Publish(
        object message,
        Type messageType,
        IPipe<PublishContext> publishPipe,
        CancellationToken cancellationToken = default
    ) => Target.Publish(message, messageType, publishPipe, cancellationToken);

    public Task Publish<T>(object values, CancellationToken cancellationToken = default)
        where T : class => Target.Publish<T>(values, cancellationToken);

    public Task Publish<T>(object values, IPipe<PublishContext<T>> publishPipe, CancellationToken cancellationToken = default)
        where T : class => Target.Publish(values, publishPipe, cancellationToken);

    public Task Publish<T>(object values, IPipe<PublishContext> publishPipe, CancellationToken cancellationToken = default)
        where T : class => Target.Publish<T>(values, publishPipe, cancellationToken);

    public ConnectHandle ConnectPublishObserver(IPublishObserver observer) => Target.ConnectPublishObserver(observer);
}
