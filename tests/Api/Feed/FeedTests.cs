using System.Net;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Rollups.Api.Tests.Hosts;
using Rollups.Testing;

namespace Rollups.Api.Tests.Feed;

/// <summary>GET /events: order, duplicates, resuming, filters and the end of streams.</summary>
public sealed class FeedTests
{
    [Theory]
    [OnBothDatabases]
    public async Task A_subscriber_gets_every_event_once_and_in_order(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        using var subscriber = await Subscriber.ConnectAsync(api);
        await api.EpochsAsync(1, 100);
        var events = await subscriber.TakeAsync(100);
        events.Select(happened => happened.Epoch).ShouldBe(Enumerable.Range(1, 100).Select(epoch => (long)epoch));
        events.ShouldAllBe(happened => happened.Kind == "epoch.closed");
        events.Select(happened => happened.Id).ShouldBeUnique();
        var data = events[0].Data!;
        data["application"]!.GetValue<string>().ShouldBe(Seed.Echo.ToString());
        data["application_name"]!.GetValue<string>().ShouldBe("echo");
        data["chain_id"]!.GetValue<long>().ShouldBe(31337);
        data["occurred_at"]!.GetValue<string>().ShouldEndWith("Z");
        Guid.Parse(data["message_id"]!.GetValue<string>()).ShouldNotBe(Guid.Empty);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_copy_of_a_message_is_not_sent_again(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        using var subscriber = await Subscriber.ConnectAsync(api);
        var id = NewId.NextGuid();
        for (var copy = 0; copy < 3; copy++)
            await api.PublishAsync(Published.Closed(1), id);
        await api.EpochsAsync(2, 2);
        (await subscriber.TakeAsync(2)).Select(happened => happened.Epoch).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_copy_is_recognised_even_when_the_log_no_longer_has_the_event()
    {
        await using var api = await ApiHost.StartAsync();
        using var subscriber = await Subscriber.ConnectAsync(api);
        var id = NewId.NextGuid();
        await api.PublishAsync(Published.Closed(1), id);
        (await subscriber.NextAsync())!.Epoch.ShouldBe(1);
        await api.Host.ChangeAsync(db => db.FeedEvents.ExecuteDeleteAsync(Patience.Token));
        await api.PublishAsync(Published.Closed(1), id);
        await api.EpochsAsync(2, 2);
        (await subscriber.NextAsync())!.Epoch.ShouldBe(2);
    }

    [Theory]
    [OnBothDatabases]
    public async Task A_subscriber_that_was_away_continues_where_it_was(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        string? last;
        using (var subscriber = await Subscriber.ConnectAsync(api))
        {
            await api.EpochsAsync(1, 5);
            last = (await subscriber.TakeAsync(3))[^1].Id;
        }

        await api.EpochsAsync(6, 9);
        await api.UntilWrittenAsync(9);
        using var again = await Subscriber.ConnectAsync(api, lastId: last);
        await api.EpochsAsync(10, 10);
        (await again.TakeAsync(7)).Select(happened => happened.Epoch).ShouldBe([4, 5, 6, 7, 8, 9, 10]);
    }

    [Fact]
    [NeedsServers]
    public async Task After_a_failover_to_a_server_without_the_newest_events_the_streams_end_and_no_event_is_passed_over()
    {
        await using var api = await ApiHost.StartAsync(DatabaseKind.Postgresql);
        using var subscriber = await Subscriber.ConnectAsync(api);
        await api.EpochsAsync(1, 5);
        await subscriber.TakeAsync(5);

        await api.Host.ChangeAsync(db =>
            db.Database.ExecuteSqlRawAsync(
                """
                DELETE FROM feed_events WHERE number > 3;
                UPDATE feed_log SET last = 3;
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'
                """,
                Patience.Token
            )
        );
        await api.Host.Log.UntilAsync("does not hear the database", Patience.Token);
        await api.EpochsAsync(6, 9);

        (await subscriber.NextAsync()).ShouldBeNull();
    }

    /// <summary>The memory of a process has only the newest events; the rest comes from the database, in pages.</summary>
    [Theory]
    [OnBothDatabases]
    public async Task The_whole_log_can_be_read_from_its_oldest_event(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await api.WriteAsync(1, 6000);
        await using var another = kind == DatabaseKind.Postgresql ? await api.AnotherAsync() : null;
        using var subscriber = await Subscriber.ConnectAsync(another ?? api, "?last_event_id=0");
        (await subscriber.TakeAsync(6000)).Select(happened => happened.Epoch).ShouldBe(Enumerable.Range(1, 6000).Select(i => (long)i));
    }

    [Fact]
    public async Task Filters_choose_applications_and_kinds()
    {
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        using var echo = await Subscriber.ConnectAsync(api, "?application=echo");
        using var both = await Subscriber.ConnectAsync(api, $"?application=echo,{Seed.Dave}&kind=input.received");
        using var closed = await Subscriber.ConnectAsync(api, "?kind=epoch.closed&kind=epoch.opened");
        await api.PublishAsync(Published.Closed(1, Seed.Dave));
        await api.PublishAsync(Published.Inputs(2, Seed.Dave));
        await api.PublishAsync(Published.Inputs(3));
        await api.PublishAsync(Published.Closed(4));
        (await echo.TakeAsync(2)).Select(happened => happened.Kind).ShouldBe(["input.received", "epoch.closed"]);
        (await both.TakeAsync(2)).Select(happened => happened.Data!["first_input_index"]!.GetValue<int>()).ShouldBe([2, 3]);
        (await closed.TakeAsync(2)).Select(happened => happened.Epoch).ShouldBe([1, 4]);
    }

    [Theory]
    [InlineData("?application=nobody", HttpStatusCode.NotFound)]
    [InlineData("?application=No%20name", HttpStatusCode.BadRequest)]
    [InlineData("?kind=epoch.burnt", HttpStatusCode.BadRequest)]
    [InlineData("?colour=red", HttpStatusCode.BadRequest)]
    [InlineData("?last_event_id=12", HttpStatusCode.BadRequest)]
    [InlineData("?last_event_id=0a1b2c3d-99999999999999999999", HttpStatusCode.BadRequest)]
    [InlineData("?last_event_id=%0d%0aid:%201", HttpStatusCode.BadRequest)]
    public async Task A_wrong_filter_is_refused_with_the_reason(string query, HttpStatusCode status)
    {
        await using var api = await ApiHost.StartAsync();
        var (answered, body) = await api.GetAsync("events" + query);
        answered.ShouldBe(status);
        body["error"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Too_many_applications_are_refused()
    {
        await using var api = await ApiHost.StartAsync();
        var (status, _) = await api.GetAsync("events?application=" + string.Join(',', Enumerable.Range(0, 200).Select(i => $"app-{i}")));
        status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Events_of_another_chain_are_left_out()
    {
        await using var api = await ApiHost.StartAsync();
        using var subscriber = await Subscriber.ConnectAsync(api);
        await api.PublishAsync(Published.Closed(1, chain: 1));
        await api.EpochsAsync(2, 2);
        (await subscriber.NextAsync())!.Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task An_id_of_another_log_begins_anew_and_says_so()
    {
        await using var api = await ApiHost.StartAsync();
        using var witness = await Subscriber.ConnectAsync(api);
        await api.EpochsAsync(1, 1);
        // A stream begins behind what the hub has read, not behind what is written.
        (await witness.NextAsync())!.Epoch.ShouldBe(1);
        using var subscriber = await Subscriber.ConnectAsync(api, lastId: "00000000-7", first: "feed.reset");
        await api.EpochsAsync(2, 2);
        (await subscriber.NextAsync())!.Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task A_silent_stream_moves_the_id_past_events_that_the_filter_leaves_out()
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:Events:Heartbeat", "00:00:01"));
        using var subscriber = await Subscriber.ConnectAsync(api, "?kind=app.removed");
        await api.EpochsAsync(1, 3);
        string? id = null;
        while (id?.EndsWith("-3", StringComparison.Ordinal) != true)
            id = (await subscriber.AnyAsync())!.Id ?? id;
    }

    [Fact]
    public async Task The_stop_of_the_node_ends_the_streams()
    {
        var api = await ApiHost.StartAsync();
        using var subscriber = await Subscriber.ConnectAsync(api);
        await api.DisposeAsync();
        (await subscriber.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_subscriber_too_many_is_sent_away_until_one_leaves()
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:Events:MaxSubscribers", "1"));
        using (await Subscriber.ConnectAsync(api))
        {
            using var refused = await api.SendAsync(HttpMethod.Get, "events");
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 10);
        }

        HttpStatusCode status;
        do
        {
            using var client = new HttpClient();
            using var answer = await client.GetAsync(new Uri(api.Web, "events"), HttpCompletionOption.ResponseHeadersRead, Patience.Token);
            status = answer.StatusCode;
        } while (status != HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_subscriber_too_many_costs_the_database_nothing()
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:Events:MaxSubscribers", "1"));
        using var first = await Subscriber.ConnectAsync(api);
        api.Commands.Take();
        using var refused = await api.SendAsync(HttpMethod.Get, "events?application=nobody");
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        api.Commands.Take().ShouldAllBe(statement => !statement.Sql.Contains("applications"));
    }

    [Fact]
    public async Task However_many_name_applications_few_ask_the_database_at_the_same_time()
    {
        await using var api = await ApiHost.StartAsync();
        using var first = await Subscriber.ConnectAsync(api);
        api.Commands.Delay = TimeSpan.FromMilliseconds(50);
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => api.GetAsync($"events?application=nobody-{i}")));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.NotFound);
        api.Commands.MostAtOnce.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task A_subscriber_is_sent_away_if_the_database_does_not_answer_in_time()
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:RequestTimeout", "00:00:00.1"));
        using var first = await Subscriber.ConnectAsync(api);
        api.Commands.Delay = TimeSpan.FromMinutes(3);
        using var refused = await api.SendAsync(HttpMethod.Get, "events?application=echo");
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter.ShouldNotBeNull();
    }

    /// <summary>Routing takes a slash at the end, so the limit of requests in flight must too.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task A_stream_keeps_no_place_of_a_request_in_flight(string end)
    {
        await using var api = await ApiHost.StartAsync(settings: ("Api:MaxInFlight", "1"));
        using var subscriber = await Subscriber.ConnectAsync(api, end);
        (await api.GetAsync("epochs")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_token_is_needed_for_the_feed_and_not_for_the_page()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "let-me-in\n", Patience.Token);
        await using var api = await ApiHost.StartAsync(settings: ("Api:TokenFile", file));
        foreach (var path in (string[])["events", "pipeline", "epochs"])
        {
            using var refused = await api.SendAsync(HttpMethod.Get, path);
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        }

        using var page = await api.SendAsync(HttpMethod.Get, "");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var subscriber = await Subscriber.ConnectAsync(api, token: "let-me-in");
        await api.EpochsAsync(1, 1);
        (await subscriber.NextAsync())!.Epoch.ShouldBe(1);
        File.Delete(file);
    }
}
