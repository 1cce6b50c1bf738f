using MassTransit;
using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Lifecycle.Consumers;

/// <summary>Returns an epoch's progress from its saga, with what is stored of its stages and transactions.</summary>
internal sealed class GetEpochLifecycleConsumer(RollupsDbContext db) : IConsumer<GetEpochLifecycle>
{
    public async Task Consume(ConsumeContext<GetEpochLifecycle> context)
    {
        var asked = context.Message;
        if (!Address.TryParse(asked.Application, out _))
        {
            await context.RespondAsync(
                new EpochLifecycleNotFound
                {
                    Reason = $"'{Hex.Clip(asked.Application)}' is not an application address: give 0x and 40 hex digits.",
                }
            );
            return;
        }
        var id = EpochCorrelation.Id(asked.ChainId, asked.Application, asked.EpochIndex);
        var epoch = await db
            .EpochLifecycles.AsNoTracking()
            .SingleOrDefaultAsync(saga => saga.CorrelationId == id, context.CancellationToken);
        if (epoch is null)
        {
            await context.RespondAsync(
                new EpochLifecycleNotFound
                {
                    Reason =
                        $"Epoch {asked.EpochIndex} of {asked.Application} on chain {asked.ChainId} is not known. An epoch "
                        + $"begins with its first input, and the next fallback sync finds one whose event was lost.",
                }
            );
            return;
        }
        var application = await db
            .Applications.Where(app => app.Address == epoch.Application)
            .Select(app => (int?)app.Id)
            .SingleOrDefaultAsync(context.CancellationToken);
        await context.RespondAsync(
            LifecycleStory.Of(
                epoch,
                application is { } key ? await StoredEpoch.FindAsync(db, key, epoch.EpochIndex, context.CancellationToken) : null
            )
        );
    }
}
