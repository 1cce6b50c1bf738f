using System.Net;
using System.Text.Json.Nodes;
using Rollups.Api.Tests.Feed;
using Rollups.Api.Tests.Hosts;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Api.Tests;

/// <summary>GET /pipeline.</summary>
public sealed class PipelineTests
{
    [Theory]
    [OnBothDatabases]
    public async Task It_has_services_applications_epochs_and_faults(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await Seed.AllAsync(api.Host);
        using var subscriber = await Subscriber.ConnectAsync(api);
        await api.EpochsAsync(9, 9);
        var id = (await subscriber.NextAsync())!.Id;
        var (status, node) = await api.GetAsync("pipeline");
        status.ShouldBe(HttpStatusCode.OK);
        node["last_event_id"]!.GetValue<string>().ShouldBe(id);
        node["subscribers"]!.GetValue<int>().ShouldBe(1);
        node["has_whole_minute"]!.GetValue<bool>().ShouldBeTrue();

        var services = node["services"]!.AsArray().ToDictionary(service => service!["name"]!.GetValue<string>());
        services.Keys.ShouldBe(["evm-reader", "advancer", "validator", "claimer", "prt", "lifecycle", "api"]);
        services["api"]!["is_here"]!.GetValue<bool>().ShouldBeTrue();
        services["api"]!["per_minute"]!.GetValue<int>().ShouldBe(1);
        services["evm-reader"]!["per_minute"]!.GetValue<int>().ShouldBe(1);
        services["evm-reader"]!["health"]!.GetValue<string>().ShouldBe("UNKNOWN");
        services["evm-reader"]!["reason"]!.GetValue<string>().ShouldContain("another process");

        var echo = node["applications"]!.AsArray().Single(app => app!["application_name"]!.GetValue<string>() == "echo")!;
        echo["current_epoch"]!.GetValue<int>().ShouldBe(7);
        echo["current_state"]!.GetValue<string>().ShouldBe("OPEN");
        echo["accepted_epoch"]!.GetValue<int>().ShouldBe(3);
        echo["accepted_claim"]!.GetValue<string>().ShouldBe(Seed.HashOf(42).ToString());
        node["application_count"]!.GetValue<int>().ShouldBe(4);

        node["epochs"]!.AsArray().Count.ShouldBe(3);
        var fault = node["faults"]!.AsArray().Single(fault => fault!["application"]?.GetValue<string>() == "broken")!;
        fault["kind"]!.GetValue<string>().ShouldBe("GUEST_EXCEPTION");
        fault["reason"]!.GetValue<string>().ShouldBe("input 4 raised an exception");
        fault["remedy"]!.GetValue<string>().ShouldBe(StopRemedy.Of(InoperableKind.GuestException, "broken"));
        var closed = node["events"]!.AsArray().Single(happened => happened!["kind"]!.GetValue<string>() == "epoch.closed")!;
        closed["latency"]!["count"]!.GetValue<int>().ShouldBe(1);
        node["stages"]!.AsArray().Count.ShouldBe(5);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Services_elsewhere_are_as_their_processes_report_them(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await ServiceReports.AddAsync(api.Host);
        var (_, node) = await api.GetAsync("pipeline");
        var services = node["services"]!.AsArray().ToDictionary(service => service!["name"]!.GetValue<string>(), service => service!);

        var validator = services["validator"];
        validator["health"]!.GetValue<string>().ShouldBe("HEALTHY");
        validator["is_here"]!.GetValue<bool>().ShouldBeFalse();
        validator["processes"]!.GetValue<int>().ShouldBe(2);
        validator["found_by_event"]!.GetValue<long>().ShouldBe(14);
        validator["found_by_sync"]!.GetValue<long>().ShouldBe(1);
        // Of two processes, the slower one's.
        validator["latency"]!["p95"]!.GetValue<double>().ShouldBe(0.25);

        var reader = services["evm-reader"];
        reader["health"]!.GetValue<string>().ShouldBe("UNHEALTHY");
        reader["reason"]!.GetValue<string>().ShouldBe("l1: The endpoint does not answer.");
        reader["remedy"]!.GetValue<string>().ShouldBe("Check Ethereum:HttpEndpoint.");
        node["head"]!.GetValue<long>().ShouldBe(1234);

        var advancer = services["advancer"];
        advancer["health"]!.GetValue<string>().ShouldBe("SILENT");
        advancer["reason"]!.GetValue<string>().ShouldMatch(@"^No report for \d+ s: is the process running\?$");
        advancer["remedy"]!.GetValue<string>().ShouldContain("process 12 on host-1");
        advancer["latency"].ShouldBeNull();
        services["claimer"]["health"]!.GetValue<string>().ShouldBe("UNKNOWN");
        // The report of another replica of what runs here changes nothing here.
        services["api"]["health"]!.GetValue<string>().ShouldBe("HEALTHY");
        services["api"]["processes"].ShouldBeNull();

        var faults = node["faults"]!.AsArray().ToDictionary(fault => fault!["kind"]!.GetValue<string>(), fault => fault!);
        faults["evm-reader"]["remedy"]!.GetValue<string>().ShouldBe("Check Ethereum:HttpEndpoint.");
        faults["advancer"]["since"].ShouldNotBeNull();
        faults.Keys.ShouldNotContain("validator");
    }

    /// <summary>And each is a search in an index: none of the statements sorts or scans a table that grows with the history.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task It_costs_the_same_number_of_queries_whatever_there_is(int applications)
    {
        await using var api = await ApiHost.StartAsync();
        await api.Host.ChangeAsync(async db =>
        {
            for (var i = 0; i < applications; i++)
            {
                var app = await Seed.AddAsync(db, $"app-{i}", Seed.AddressOf(1000 + i));
                for (var epoch = 0ul; epoch < 5; epoch++)
                    db.Add(Seed.EpochOf(app, epoch, epoch, EpochStatus.Closed));
            }
        });
        api.Commands.Take();
        await api.GetAsync("pipeline");
        var statements = api.Commands.Take();
        statements.Count(statement => statement.Sql.Contains("SELECT", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(7);
        statements.ShouldAllBe(statement => !statement.Sql.Contains("ROW_NUMBER", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_figures_per_minute_are_lower_bounds_while_the_process_has_not_read_the_feed_for_a_minute()
    {
        await using var api = await ApiHost.StartAsync();
        await api.WriteAsync(1, 700);
        await using var replica = await api.AnotherAsync();
        JsonNode node;
        while (true)
        {
            node = (await replica.GetAsync("pipeline")).Body;
            if (node["last_event_id"]?.GetValue<string>().EndsWith("-700", StringComparison.Ordinal) == true)
                break;
            await Task.Delay(50, Patience.Token);
        }

        node["has_whole_minute"]!.GetValue<bool>().ShouldBeFalse();
        var reader = node["services"]!.AsArray().Single(service => service!["name"]!.GetValue<string>() == "evm-reader")!;
        reader["per_minute"]!.GetValue<int>().ShouldBe(500);
        var closed = node["events"]!.AsArray().Single(happened => happened!["kind"]!.GetValue<string>() == "epoch.closed")!;
        closed["per_minute"]!.GetValue<int>().ShouldBe(500);
    }

    [Fact]
    public async Task Claims_are_counted_for_the_service_that_sends_them()
    {
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        using var subscriber = await Subscriber.ConnectAsync(api);
        foreach (var (address, name) in new[] { (Seed.Echo, "echo"), (Seed.Dave, "dave"), (Seed.Dave, "dave") })
        {
            await api.PublishAsync(
                new EpochClaimSubmitted
                {
                    ChainId = 31337,
                    Application = address.ToString(),
                    ApplicationName = name,
                    EpochIndex = 0,
                    OutputsMerkleRoot = Seed.HashOf(1).ToString(),
                    TransactionHash = Seed.HashOf(2).ToString(),
                    OccurredAt = Seed.Start,
                }
            );
            await subscriber.NextAsync();
        }

        var (_, node) = await api.GetAsync("pipeline");
        var services = node["services"]!.AsArray().ToDictionary(service => service!["name"]!.GetValue<string>(), service => service!);
        services["claimer"]["per_minute"]!.GetValue<int>().ShouldBe(1);
        services["prt"]["per_minute"]!.GetValue<int>().ShouldBe(2);
        services["lifecycle"]["per_minute"]!.GetValue<int>().ShouldBe(3);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Of_many_epochs_those_that_have_waited_for_longest_are_sent_and_the_others_counted(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await api.Host.ChangeAsync(async db =>
        {
            var behind = await Seed.AddAsync(db, "behind", Seed.Echo);
            for (var index = 0ul; index < 1100; index++)
                db.Add(ClosedAt(behind, index, Seed.Start.AddSeconds(index)));
            var stuck = await Seed.AddAsync(db, "stuck", Seed.Dave);
            db.Add(ClosedAt(stuck, 0, Seed.Start.AddDays(-1)));
            db.Add(Seed.EpochOf(stuck, 1, 1, EpochStatus.Open));
        });
        var (_, node) = await api.GetAsync("pipeline");
        Chips(node, "CLOSED").ShouldBe(["stuck/0", .. Enumerable.Range(0, 39).Select(index => $"behind/{index}")]);
        Chips(node, "OPEN").ShouldBe(["stuck/1"]);
        var counts = node["epoch_counts"]!.AsArray();
        counts.Select(count => count!["state"]!.GetValue<string>()).ShouldBe(EnumNames.All(typeof(EpochStatus)));
        counts.Select(count => count!["count"]!.GetValue<int>()).ShouldBe([1, 1000, 0, 0, 0, 0, 0]);
        counts.Select(count => count!["is_at_least"]!.GetValue<bool>()).ShouldBe([false, true, false, false, false, false, false]);
    }

    [Theory]
    [OnBothDatabases]
    public async Task Rejected_epochs_are_sent_the_newest_first(DatabaseKind kind)
    {
        await using var api = await ApiHost.StartAsync(kind);
        await api.Host.ChangeAsync(async db =>
        {
            for (var i = 0; i < 25; i++)
            {
                var app = await Seed.AddAsync(db, $"lost-{i}", Seed.AddressOf(1000 + i));
                db.Add(Seed.EpochOf(app, 0, 0, EpochStatus.Closed));
                await Seed.RejectAsync(db, app, 0, Seed.Start.AddMinutes(i));
            }
        });
        var (_, node) = await api.GetAsync("pipeline");
        Chips(node, "CLAIM_REJECTED").ShouldBe(Enumerable.Range(5, 20).Reverse().Select(i => $"lost-{i}/0"));
        var count = node["epoch_counts"]!.AsArray().Single(count => count!["state"]!.GetValue<string>() == "CLAIM_REJECTED")!;
        (count["count"]!.GetValue<int>(), count["is_at_least"]!.GetValue<bool>()).ShouldBe((25, false));
    }

    [Fact]
    public async Task It_reads_the_epochs_by_an_index_alone()
    {
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        api.Commands.Take();
        await api.GetAsync("pipeline");
        var statements = api.Commands.Take().Where(statement => statement.Sql.Contains("\"epochs\"", StringComparison.Ordinal)).ToList();
        statements.Count.ShouldBe(3);
        foreach (var statement in statements)
        {
            var plan = await CostTests.PlanAsync(api, statement);
            plan.ShouldAllBe(step => !step.Contains("TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal), statement.Sql);
            plan.ShouldAllBe(
                step =>
                    !step.StartsWith("SCAN ", StringComparison.Ordinal)
                    || !statement.Sql.Contains($"\"epochs\" AS \"{step.Split(' ', 3)[1]}\"", StringComparison.Ordinal),
                statement.Sql
            );
        }
    }

    [Fact]
    public async Task Many_who_ask_at_once_share_an_answer()
    {
        await using var api = await ApiHost.StartAsync();
        api.Commands.Take();
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => api.GetAsync("pipeline")));
        // Thirty answers would be some two hundred statements.
        api.Commands.Take().Count.ShouldBeLessThan(60);
    }

    private static Epoch ClosedAt(int app, ulong index, DateTimeOffset at)
    {
        var epoch = Seed.EpochOf(app, index, index, EpochStatus.Closed);
        (epoch.ClosedAt, epoch.UpdatedAt) = (at, at);
        return epoch;
    }

    private static List<string> Chips(JsonNode node, string state) =>
        [
            .. node["epochs"]!
                .AsArray()
                .Where(epoch => epoch!["state"]!.GetValue<string>() == state)
                .Select(epoch => $"{epoch!["application_name"]}/{epoch["index"]}"),
        ];
}
