using MassTransit;
using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Architecture.Tests;

/// <summary>Everything that no service may do. It never runs: it shows that the rules see it.</summary>
internal sealed class AroundTheTransitions(RollupsDbContext db, IPublishEndpoint publish)
{
    public async Task UpdateAsync(Epoch loaded, CancellationToken cancellationToken)
    {
        await db
            .Epochs.Where(row => row.Index == loaded.Index)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, EpochStatus.Closed), cancellationToken);
        await db.Applications.ExecuteUpdateAsync(
            set =>
            {
                if (loaded.Index > 0)
                    set.SetProperty(row => row.State, ApplicationState.Enabled);
            },
            cancellationToken
        );
        await db.Database.ExecuteSqlAsync($"UPDATE epochs SET status = 'CLOSED'", cancellationToken);
    }

    public void Assign(Epoch epoch, Application application)
    {
        epoch.Status = EpochStatus.ClaimAccepted;
        application.State = ApplicationState.Enabled;
        db.Add(new Epoch());
        db.Applications.Add(application);
    }

    public async Task PublishAsync(EpochClosed known, CancellationToken cancellationToken)
    {
        await publish.Publish(known with { EpochIndex = 1 }, cancellationToken);
        await publish.Publish<object>(
            new AppInoperable
            {
                ChainId = 1,
                Application = "",
                ApplicationName = "",
                ReasonKind = "",
                Reason = "",
                OccurredAt = default,
            },
            cancellationToken
        );
    }
}
