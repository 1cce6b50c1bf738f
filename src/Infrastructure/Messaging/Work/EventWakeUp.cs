using MassTransit;
using Rollups.Contracts;
using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>What the consumers of an application's events do.</summary>
public static class EventWakeUp
{
    /// <summary>
    /// Has the application's run, where the event is of this chain; the run reads the rows, and nothing else of the event is used.
    /// </summary>
    /// <exception cref="FormatException">The application is not an address: the message belongs into the error queue.</exception>
    public static Task WakeAsync<TWork>(
        this IWorkRunner<TWork> runner,
        string service,
        ChainIdentity chain,
        ConsumeContext context,
        IApplicationEvent happened
    )
        where TWork : IPendingWork
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(happened);
        var application = Address.Parse(happened.Application);
        if (happened.ChainId == chain.ChainId)
            return runner.WakeAsync(new WorkKey(application), WorkTrigger.Event, context.CancellationToken);
        Telemetry.Ignore(service, IgnoredEvent.OtherChain);
        return Task.CompletedTask;
    }
}
