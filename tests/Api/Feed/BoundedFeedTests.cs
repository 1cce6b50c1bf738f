using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api.Feed;
using Rollups.Api.Tests.Hosts;
using Rollups.Testing;

namespace Rollups.Api.Tests.Feed;

/// <summary>What the feed keeps and costs: the log is trimmed, and slow or many readers change nothing for anybody else.</summary>
public sealed class BoundedFeedTests
{
    [Theory]
    [OnBothDatabases]
    public async Task The_log_keeps_so_many_events_and_a_subscriber_learns_of_what_is_missing(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind, ("Api:Events:KeepEvents", "1000"));
        using var first = await Subscriber.ConnectAsync(api);
        await api.EpochsAsync(1, 1);
        var id = (await first.NextAsync())!.Id!;
        await api.WriteAsync(2, 6500);
        await api.TrimAsync();
        (await api.Host.ReadAsync(db => db.FeedEvents.CountAsync(Patience.Token))).ShouldBe(1000);
        await api.TrimAsync();
        (await api.Host.ReadAsync(db => db.FeedEvents.MinAsync(row => row.Number, Patience.Token))).ShouldBe(5501);

        await using var again = await AgainAsync(api, kind);
        using var subscriber = await Subscriber.ConnectAsync(again ?? api, lastId: id);
        var gap = (await subscriber.NextAsync())!;
        if (again is not null)
        {
            gap.Kind.ShouldBe("feed.gap");
            gap.Data!["after"]!.GetValue<string>().ShouldBe(id);
            gap.Data["missing"]!.GetValue<long>().ShouldBe(5499);
            (await subscriber.TakeAsync(1000))
                .Select(happened => happened.Epoch)
                .ShouldBe(Enumerable.Range(5501, 1000).Select(i => (long)i));
        }
    }

    [Fact]
    public async Task Old_events_are_deleted_however_few_there_are()
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:Events:KeepFor", "01:00:00"));
        await api.WriteAsync(1, 1500, DateTimeOffset.UtcNow.AddHours(-2));
        await api.WriteAsync(1501, 1510);
        await api.TrimAsync();
        (await api.Host.ReadAsync(db => db.FeedEvents.CountAsync(Patience.Token))).ShouldBe(10);
    }

    /// <summary>It looks at the oldest events alone.</summary>
    [Fact]
    public async Task Trimming_a_log_within_its_limits_costs_one_query()
    {
        await using var api = await ApiHost.StartAsync();
        await api.WriteAsync(1, 5000);
        var costs = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            var before = api.Commands.FeedReads;
            await api.TrimAsync();
            costs.Add(api.Commands.FeedReads - before);
        }

        // The process's reader of the log may have read meanwhile.
        costs.Min().ShouldBe(1);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_is_dropped_and_the_others_get_everything()
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:Events:WriteTimeout", "00:00:01"));
        using var stalled = await RawAsync(api);
        using var subscriber = await Subscriber.ConnectAsync(api);
        // Far more than sockets and pipes hold.
        const int blocks = 30;
        for (var block = 0; block < blocks; block++)
        {
            await WriteLargeAsync(api, 40);
            api.Host.Services.GetRequiredService<FeedWakeUp>().Ring();
            await subscriber.TakeAsync(40);
        }

        await UntilAsync(() => api.Host.Services.GetRequiredService<FeedHub>().Subscribers == 1);
        // It finds its connection closed, after what the buffers held.
        var buffer = new byte[64 * 1024];
        await Should.ThrowAsync<IOException>(async () =>
        {
            while (await stalled.GetStream().ReadAsync(buffer, Patience.Token) > 0)
            {
                // Until the end.
            }

            throw new IOException("the end");
        });
    }

    /// <summary>The bound is the one in the documentation of Api:Events:MaxSubscribers.</summary>
    [Fact]
    public async Task Thousands_of_readers_that_never_read_cost_little_memory_and_are_dropped()
    {
        const int readers = 2000;
        const long mostBytes = 200_000;
        await using var api = await ApiHost.StartAsync(
            settings: [("Api:Events:MaxSubscribers", "3000"), ("Api:Events:WriteTimeout", "00:00:05")]
        );
        var hub = api.Host.Services.GetRequiredService<FeedHub>();
        using var subscriber = await Subscriber.ConnectAsync(api);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sockets = new List<TcpClient>();
        foreach (var some in Enumerable.Range(0, readers).Chunk(100))
        {
            sockets.AddRange(await Task.WhenAll(some.Select(_ => RawAsync(api))));
            await UntilAsync(() => hub.Subscribers == sockets.Count + 1);
        }

        // A block is 1.2 MB, some of which the ring keeps; the readers have room for a tenth of it.
        for (var block = 0; block < 4; block++)
        {
            await WriteLargeAsync(api, 40);
            api.Host.Services.GetRequiredService<FeedWakeUp>().Ring();
            await subscriber.TakeAsync(40);
            ((GC.GetTotalMemory(forceFullCollection: true) - before) / readers).ShouldBeLessThan(mostBytes);
        }

        await UntilAsync(() => hub.Subscribers == 1);
        foreach (var socket in sockets)
            socket.Dispose();
    }

    [Fact]
    public async Task Hundreds_of_readers_cost_the_database_what_one_costs()
    {
        const int readers = 400;
        await using var api = await ApiHost.StartAsync();
        var sockets = await Task.WhenAll(Enumerable.Range(0, readers).Select(_ => RawAsync(api)));
        var hub = api.Host.Services.GetRequiredService<FeedHub>();
        await UntilAsync(() => hub.Subscribers == readers);
        var before = api.Commands.FeedReads;
        await api.EpochsAsync(1, 20);
        await Task.WhenAll(sockets.Select(socket => ReadUntilAsync(socket, "\"epoch_index\":20,")));
        // The consumer reads twice per event, and the hub once or twice.
        (api.Commands.FeedReads - before).ShouldBeLessThan(100);
        foreach (var socket in sockets)
            socket.Dispose();
        await UntilAsync(() => hub.Subscribers == 0);
    }

    private static async Task<ApiHost?> AgainAsync(ApiHost api, DatabaseKind kind) =>
        kind == DatabaseKind.Postgresql ? await api.AnotherAsync() : null;

    private static Task WriteLargeAsync(ApiHost api, int count) =>
        api.Host.ChangeAsync(async db =>
        {
            var number = await FeedStore.LockAsync(db, Patience.Token);
            for (var i = 0; i < count; i++)
            {
                db.FeedEvents.Add(
                    new()
                    {
                        Number = ++number,
                        MessageId = Guid.NewGuid(),
                        Kind = "app.inoperable",
                        Body = $$"""{"reason":"{{new string('x', 30_000)}}"}""",
                        OccurredAt = DateTimeOffset.UtcNow,
                        RecordedAt = DateTimeOffset.UtcNow,
                    }
                );
            }

            FeedStore.Advance(db, number);
        });

    /// <summary>A subscriber that reads only when the test does.</summary>
    private static async Task<TcpClient> RawAsync(ApiHost api)
    {
        var client = new TcpClient { ReceiveBufferSize = 8192 };
        await client.ConnectAsync(IPAddress.Loopback, api.Web.Port, Patience.Token);
        await client.GetStream().WriteAsync("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Patience.Token);
        return client;
    }

    private static async Task ReadUntilAsync(TcpClient client, string text)
    {
        var read = new StringBuilder();
        var buffer = new byte[16 * 1024];
        while (!read.ToString().Contains(text, StringComparison.Ordinal))
        {
            var count = await client.GetStream().ReadAsync(buffer, Patience.Token);
            count.ShouldBeGreaterThan(0, "the stream ended");
            read.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(20, Patience.Token);
    }
}
