using MassTransit;
using Rollups.Contracts;
using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>The common handling of an application's events.</summary>
public static class EventWakeUp
{
    /// <summary>
    /// Wakes the runner for the application if the event belongs to this chain. The run reads the rows and uses nothing else of the event.
    /// </summary>
    /// <exception cref="FormatException">The application is not an address: the message belongs in the error queue.</exception>
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
            return runner.WakeAsync(new WorkKey(application), context);
        Telemetry.Ignore(service, IgnoredEvent.OtherChain);
        return Task.CompletedTask;
    }

    /// <summary>Wakes the runner for a key, and has the steps of that run name the message as their cause.</summary>
    public static Task WakeAsync<TWork>(this IWorkRunner<TWork> runner, WorkKey key, ConsumeContext context)
        where TWork : IPendingWork
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(context);
        WorkCause.Heard(context.MessageId);
        return runner.WakeAsync(key, WorkTrigger.Event, context.CancellationToken);
    }
}
