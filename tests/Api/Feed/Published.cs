using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api.Tests.Hosts;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Tests.Feed;

/// <summary>Events as the bus has them.</summary>
internal static class Published
{
    /// <summary>One epoch is closed.</summary>
    public static EpochClosed Closed(ulong epoch, Address? application = null, ulong chain = 31337) =>
        new()
        {
            ChainId = chain,
            Application = (application ?? Seed.Echo).ToString(),
            ApplicationName = "echo",
            EpochIndex = epoch,
            InputIndexLowerBound = 0,
            InputIndexUpperBound = 1,
            OccurredAt = DateTimeOffset.UtcNow,
        };

    /// <summary>Inputs are stored.</summary>
    public static InputReceived Inputs(ulong first, Address? application = null) =>
        new()
        {
            ChainId = 31337,
            Application = (application ?? Seed.Echo).ToString(),
            ApplicationName = "echo",
            FirstInputIndex = first,
            LastInputIndex = first,
            LastBlock = 5,
            OccurredAt = DateTimeOffset.UtcNow,
        };

    /// <summary>Publishes an event. In a flow of its own: MassTransit's log context would stay in the test's, beyond the host.</summary>
    public static async Task PublishAsync<TEvent>(this ApiHost api, TEvent happened, Guid? id = null)
        where TEvent : class =>
        await api.Host.Bus.Publish(happened, context => context.MessageId = id ?? context.MessageId, Patience.Token);

    /// <summary>Publishes epochs from the first to the last, in order.</summary>
    public static async Task EpochsAsync(this ApiHost api, ulong first, ulong last)
    {
        // With an id of its own: the bus repeats a publication whose channel is closed, as the outbox does, under the same one.
        for (var epoch = first; epoch <= last; epoch++)
            await api.PublishAsync(Closed(epoch), NewId.NextGuid());
    }

    /// <summary>Writes epochs to the log, as the consumer does, many at once.</summary>
    public static async Task WriteAsync(this ApiHost api, ulong first, ulong last, DateTimeOffset? at = null)
    {
        await api.Host.ChangeAsync(async db =>
        {
            var number = await Api.Feed.FeedStore.LockAsync(db, Patience.Token);
            for (var epoch = first; epoch <= last; epoch++)
                db.FeedEvents.Add(
                    new FeedEvent
                    {
                        Number = ++number,
                        MessageId = Guid.NewGuid(),
                        Application = Seed.Echo,
                        Kind = "epoch.closed",
                        Body = $$"""{"epoch_index":{{epoch}}}""",
                        OccurredAt = at ?? DateTimeOffset.UtcNow,
                        RecordedAt = at ?? DateTimeOffset.UtcNow,
                    }
                );
            Api.Feed.FeedStore.Advance(db, number);
        });
        // As the consumer of this process does: the process looks by itself only every half minute.
        api.Host.Services.GetRequiredService<Api.Feed.FeedWakeUp>().Ring();
    }

    /// <summary>Returns once the log has so many events.</summary>
    public static async Task UntilWrittenAsync(this ApiHost api, int count)
    {
        while (await api.Host.ReadAsync(db => db.FeedEvents.CountAsync(Patience.Token)) < count)
            await Task.Delay(20, Patience.Token);
    }

    /// <summary>Trims the log as its timer does.</summary>
    public static Task TrimAsync(this ApiHost api) => api.Host.Services.GetRequiredService<Api.Feed.FeedTrim>().TrimAsync(Patience.Token);
}
