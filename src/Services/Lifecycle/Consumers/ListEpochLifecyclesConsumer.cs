using MassTransit;
using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Lifecycle.Consumers;

/// <summary>
/// Returns a page of sagas in the order of their keys: two searches in an index at most, so that a page neither skips nor repeats an
/// epoch while others are added.
/// </summary>
internal sealed class ListEpochLifecyclesConsumer(RollupsDbContext db) : IConsumer<ListEpochLifecycles>
{
    public async Task Consume(ConsumeContext<ListEpochLifecycles> context)
    {
        var asked = context.Message;
        if (Refuse(asked) is { } refused)
        {
            await context.RespondAsync(refused);
            return;
        }

        var sagas = QueriedLifecycles.Of(db, asked.ChainId, QueriedLifecycles.AddressOf(asked.Application));
        if (asked.State is { } state)
            sagas = sagas.Where(saga => saga.CurrentState == state);
        List<EpochLifecycleState> found = [];
        if (asked.After is { } after)
        {
            var last = Address.Parse(after.Application);
            var rest = sagas.Where(saga => saga.Application == last && saga.EpochIndex > after.EpochIndex);
            found = await ReadAsync(rest, asked.Limit + 1, context.CancellationToken);
            sagas = sagas.Where(saga => saga.Application > last);
        }

        if (found.Count <= asked.Limit)
            found.AddRange(await ReadAsync(sagas, asked.Limit + 1 - found.Count, context.CancellationToken));
        var page = found.Take(asked.Limit).Select(LifecycleStory.Of).ToList();
        await context.RespondAsync(
            new EpochLifecycleList
            {
                Epochs = page,
                Next =
                    found.Count > asked.Limit
                        ? new EpochPosition { Application = page[^1].Application, EpochIndex = page[^1].EpochIndex }
                        : null,
            }
        );
    }

    private static EpochLifecyclesRefused? Refuse(ListEpochLifecycles asked) =>
        QueriedLifecycles.Refuse(asked.ChainId, asked.Application, asked.Limit)
        ?? QueriedLifecycles.Refuse(asked.ChainId, asked.After?.Application, asked.Limit)
        ?? (
            asked.After?.EpochIndex > long.MaxValue
                ? QueriedLifecycles.Refusal("The position is none: give the Next of the page before.")
                : null
        )
        ?? (
            asked.State is { } state && !EpochRowStory.States.Contains(state)
                ? QueriedLifecycles.Refusal($"'{Hex.Clip(state)}' is not a state: give one of {string.Join(", ", EpochRowStory.States)}.")
                : null
        );

    private static Task<List<EpochLifecycleState>> ReadAsync(
        IQueryable<EpochLifecycleState> sagas,
        int limit,
        CancellationToken cancellationToken
    ) => sagas.AsNoTracking().OrderBy(saga => saga.Application).ThenBy(saga => saga.EpochIndex).Take(limit).ToListAsync(cancellationToken);
}
