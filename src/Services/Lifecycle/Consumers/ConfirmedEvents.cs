using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Lifecycle.Consumers;

/// <summary>
/// Passes only events that the epochs table confirms. A genuine event is committed with its transition, so its row always exists
/// first. An event without such a row is forged or from another node, and would create a stray instance or a stage that was never
/// reached.
/// </summary>
internal sealed partial class ConfirmedEvents<TEvent>(RollupsDbContext db, ChainIdentity chain, ILogger<ConfirmedEvents<TEvent>> logger)
    : IFilter<ConsumeContext<TEvent>>
    where TEvent : class
{
    public async Task Send(ConsumeContext<TEvent> context, IPipe<ConsumeContext<TEvent>> next)
    {
        if (context.Message is not IEpochEvent happened)
        {
            await next.Send(context);
            return;
        }

        // A malformed address goes to the error queue at once.
        var application = Address.Parse(happened.Application);
        if (happened.ChainId != chain.ChainId)
        {
            await IgnoreAsync(context, IgnoredEvent.OtherChain, happened);
            return;
        }

        // The database cannot hold a larger epoch index.
        var row =
            happened.EpochIndex > long.MaxValue
                ? null
                : await db
                    .Epochs.AsNoTracking()
                    .Join(
                        db.Applications.Where(app => app.Address == application),
                        epoch => epoch.ApplicationId,
                        app => app.Id,
                        (epoch, _) => epoch
                    )
                    .SingleOrDefaultAsync(epoch => epoch.Index == happened.EpochIndex, context.CancellationToken);
        if (row is null)
            await IgnoreAsync(context, IgnoredEvent.UnknownEpoch, happened);
        else if (EpochRowStory.IsOver(row, happened))
            await context.NotifyConsumed(context, TimeSpan.Zero, nameof(ConfirmedEvents<>));
        else if (!EpochRowStory.Confirms(row, happened))
            await IgnoreAsync(context, IgnoredEvent.NotConfirmed, happened);
        else
            await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("confirmedEvents");

    private Task IgnoreAsync(ConsumeContext<TEvent> context, IgnoredEvent reason, IEpochEvent happened)
    {
        Telemetry.Ignore("lifecycle", reason);
        LogIgnored(logger, typeof(TEvent).Name, happened.EpochIndex, happened.Application, happened.ChainId, reason);
        // Marked as consumed; otherwise it would be moved to the skipped queue, which is never emptied.
        return context.NotifyConsumed(context, TimeSpan.Zero, nameof(ConfirmedEvents<>));
    }

    [LoggerMessage(
        6002,
        LogLevel.Warning,
        "lifecycle: an event {Event} of epoch {Epoch} of {Application} on chain {ChainId} was ignored ({Reason}), because the "
            + "database does not confirm it. Nothing was changed. Another program publishes to the node's exchanges: check the "
            + "broker's users and virtual host."
    )]
    private static partial void LogIgnored(
        ILogger logger,
        string @event,
        ulong epoch,
        string application,
        ulong chainId,
        IgnoredEvent reason
    );
}
