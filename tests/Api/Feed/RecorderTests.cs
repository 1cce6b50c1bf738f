using Microsoft.EntityFrameworkCore;
using Npgsql;
using Rollups.Api.Tests.Hosts;
using Rollups.Testing;

namespace Rollups.Api.Tests.Feed;

/// <summary>How events get into the log: in groups, in order, and past a database that is away.</summary>
[NeedsServers]
public sealed class RecorderTests(RabbitMqServer rabbit)
{
    private const int Epochs = 400;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_events_share_a_transaction_and_keep_their_order(bool onServers)
    {
        await using var api = await (
            onServers ? ApiHost.StartAsync(DatabaseKind.Postgresql, await SettingsAsync()) : ApiHost.StartAsync()
        );
        using var subscriber = await Subscriber.ConnectAsync(api);
        var publishing = api.EpochsAsync(1, Epochs);
        (await subscriber.TakeAsync(Epochs)).Select(happened => happened.Epoch).ShouldBe(InOrder());
        await publishing;
        // One time of recording per transaction.
        var transactions = await api.Host.ReadAsync(db =>
            db.FeedEvents.Select(row => row.RecordedAt).Distinct().CountAsync(Patience.Token)
        );
        transactions.ShouldBeLessThan(Epochs / 2);
    }

    [Fact]
    public async Task One_event_that_the_database_refuses_does_not_keep_out_the_others()
    {
        var broker = await rabbit.CreateVirtualHostAsync(Patience.Token);
        await using var api = await ApiHost.StartAsync(DatabaseKind.Postgresql, Settings(broker));
        using var subscriber = await Subscriber.ConnectAsync(api);
        var copy = Guid.NewGuid();
        await api.PublishAsync(Published.Closed(1), copy);
        (await subscriber.NextAsync())!.Epoch.ShouldBe(1);
        // The inbox has forgotten the message, as after a day; the log's own guard has not.
        await api.Host.ChangeAsync(db => db.Inbox.ExecuteDeleteAsync(Patience.Token));
        var publishing = Task.WhenAll(
            api.PublishAsync(Published.Closed(2)),
            api.PublishAsync(Published.Closed(1), copy),
            api.PublishAsync(Published.Closed(3))
        );
        (await subscriber.TakeAsync(2)).Select(happened => happened.Epoch).Order().ShouldBe([2, 3]);
        await publishing;
        int refused;
        while ((refused = await broker.MessagesInErrorQueuesAsync(Patience.Token)) == 0)
            await Task.Delay(20, Patience.Token);
        refused.ShouldBe(1);
    }

    /// <summary>
    /// Held longer than a consumer may hold a message, so that the whole channel goes back to the broker, more than once.
    /// </summary>
    [Theory]
    [InlineData("00:20:00")]
    [InlineData("00:00:01")]
    public async Task An_outage_of_the_database_costs_neither_an_event_nor_the_order(string holdLimit)
    {
        var broker = await rabbit.CreateVirtualHostAsync(Patience.Token);
        await using var api = await ApiHost.StartAsync(
            DatabaseKind.Postgresql,
            [.. Settings(broker), ("Messaging:RabbitMq:HoldLimit", holdLimit)]
        );
        // The services that publish are other processes: MassTransit connects anew where the Api gives messages back.
        await using var publisher = await ServiceHost.CreateAsync(new ServiceSetup((_, _) => { }) { Settings = Settings(broker) });
        await publisher.StartAsync();
        using var subscriber = await Subscriber.ConnectAsync(api);
        api.Commands.Outage = () => new NpgsqlException("away", new IOException("away"));
        for (var epoch = 1UL; epoch <= Epochs; epoch++)
            await publisher.Bus.Publish(Published.Closed(epoch), Patience.Token);
        // The pauses between attempts grow, so these take longer than the short limit.
        while (api.Commands.Failures < 30)
            await Task.Delay(20, Patience.Token);
        api.Commands.Outage = null;
        (await subscriber.TakeAsync(Epochs)).Select(happened => happened.Epoch).ShouldBe(InOrder());
        (await api.Host.ReadAsync(db => db.FeedEvents.CountAsync(Patience.Token))).ShouldBe(Epochs);
    }

    private static IEnumerable<long> InOrder() => Enumerable.Range(1, Epochs).Select(epoch => (long)epoch);

    private async Task<(string, string)[]> SettingsAsync() => Settings(await rabbit.CreateVirtualHostAsync(Patience.Token));

    private static (string, string)[] Settings(RabbitMqVirtualHost broker) =>
        [.. broker.Settings.Select(setting => (setting.Key, setting.Value!))];
}
