using MassTransit;

namespace Rollups.Messaging;

/// <summary>Sends through the current consume context, or else through the outbox of the scope.</summary>
internal sealed class PerCallSendEndpointProvider(OutboxScopedBusContextProvider scope, ISendEndpointProvider outbox)
    : ISendEndpointProvider
{
    private ISendEndpointProvider Target => scope.Current ?? outbox;

    public Task<ISendEndpoint> GetSendEndpoint(Uri address) => Target.GetSendEndpoint(address);

    public ConnectHandle ConnectSendObserver(ISendObserver observer) => Target.ConnectSendObserver(observer);
}
