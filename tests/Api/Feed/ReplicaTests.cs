using Microsoft.EntityFrameworkCore;
using Rollups.Api.Tests.Hosts;
using Rollups.Testing;

namespace Rollups.Api.Tests.Feed;

/// <summary>Several replicas of the service on one database and one broker.</summary>
[NeedsServers]
public sealed class ReplicaTests(RabbitMqServer rabbit)
{
    private const int Epochs = 200;

    /// <summary>
    /// The broker gives the events to one replica at a time, and PostgreSQL wakes the other: subscribers of both see the same, in the same
    /// order.
    /// </summary>
    [Fact]
    public async Task Subscribers_of_every_replica_get_every_event_once_and_in_order()
    {
        var settings = await SettingsAsync();
        await using var one = await ApiHost.StartAsync(DatabaseKind.Postgresql, settings);
        await using var other = await one.AnotherAsync(settings);
        using var first = await Subscriber.ConnectAsync(one);
        using var second = await Subscriber.ConnectAsync(other);
        var publishing = one.EpochsAsync(1, Epochs);
        foreach (var events in await Task.WhenAll(first.TakeAsync(Epochs), second.TakeAsync(Epochs)))
            events.Select(happened => happened.Epoch).ShouldBe(Enumerable.Range(1, Epochs).Select(epoch => (long)epoch));
        await publishing;
    }

    /// <summary>The one that recorded stops in the middle: the other takes over, and a subscriber continues there.</summary>
    [Fact]
    public async Task A_subscriber_continues_at_another_replica()
    {
        var settings = await SettingsAsync();
        await using var other = await ApiHost.StartAsync(DatabaseKind.Postgresql, settings);
        var one = await other.AnotherAsync(settings);
        var publishing = other.EpochsAsync(1, Epochs);
        List<Received> events;
        using (var subscriber = await Subscriber.ConnectAsync(one, "?last_event_id=0"))
            events = await subscriber.TakeAsync(Epochs / 4);
        await one.DisposeAsync();
        using (var subscriber = await Subscriber.ConnectAsync(other, lastId: events[^1].Id))
            events.AddRange(await subscriber.TakeAsync(Epochs - events.Count));
        await publishing;
        events.Select(happened => happened.Epoch).ShouldBe(Enumerable.Range(1, Epochs).Select(epoch => (long)epoch));
        (await other.Host.ReadAsync(db => db.FeedEvents.CountAsync(Patience.Token))).ShouldBe(Epochs);
    }

    private async Task<(string, string)[]> SettingsAsync() =>
        [.. (await rabbit.CreateVirtualHostAsync(Patience.Token)).Settings.Select(setting => (setting.Key, setting.Value!))];
}
