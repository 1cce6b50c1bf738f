using MassTransit;
using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Persistence;

namespace Rollups.Lifecycle.Consumers;

/// <summary>
/// Returns unfinished epochs by their time in their state. One search in the index of states for each unfinished state: their epochs are
/// few, whatever the length of the history.
/// </summary>
internal sealed class GetStuckEpochsConsumer(RollupsDbContext db, TimeProvider clock) : IConsumer<GetStuckEpochs>
{
    public async Task Consume(ConsumeContext<GetStuckEpochs> context)
    {
        var asked = context.Message;
        if (Refuse(asked) is { } refused)
        {
            await context.RespondAsync(refused);
            return;
        }

        var entered = clock.GetUtcNow() - asked.OlderThan;
        var found = await QueriedLifecycles
            .Of(db, asked.ChainId, QueriedLifecycles.AddressOf(asked.Application))
            .AsNoTracking()
            .Where(saga => EpochRowStory.Unfinished.Contains(saga.CurrentState))
            .Select(saga => new
            {
                Saga = saga,
                Since = saga.CurrentState == nameof(EpochLifecycleStateMachine.Opened) ? saga.OpenedAt
                : saga.CurrentState == nameof(EpochLifecycleStateMachine.Closed) ? saga.ClosedAt
                : saga.CurrentState == nameof(EpochLifecycleStateMachine.InputsProcessed) ? saga.InputsProcessedAt
                : saga.CurrentState == nameof(EpochLifecycleStateMachine.ClaimCalculated) ? saga.ClaimRevertedAt ?? saga.ClaimCalculatedAt
                : saga.ClaimSubmittedAt,
            })
            .Where(row => row.Since <= entered)
            .OrderBy(row => row.Since)
            .ThenBy(row => row.Saga.CorrelationId)
            .Take(asked.Limit)
            .ToListAsync(context.CancellationToken);
        await context.RespondAsync(new EpochLifecycleList { Epochs = [.. found.Select(row => LifecycleStory.Of(row.Saga))] });
    }

    private static EpochLifecyclesRefused? Refuse(GetStuckEpochs asked) =>
        QueriedLifecycles.Refuse(asked.ChainId, asked.Application, asked.Limit)
        ?? (
            asked.OlderThan < TimeSpan.Zero || asked.OlderThan.TotalDays > 36500
                ? QueriedLifecycles.Refusal("OlderThan is a time of zero or more: give how long an epoch may stay in a state.")
                : null
        );
}
