using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Messaging;

namespace Rollups.HopWork;

/// <summary>Events without a move, which the node itself never publishes: only the way of a message is of interest.</summary>
internal static class BareEvents
{
    /// <summary>Publishes into the outbox of the unit.</summary>
    public static IPublishEndpoint Outbox(this IWorkScope scope) => scope.Services.GetRequiredService<IPublishEndpoint>();
}
