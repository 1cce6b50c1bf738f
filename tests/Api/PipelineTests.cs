using System.Net;
using Rollups.Api.Tests.Feed;
using Rollups.Api.Tests.Hosts;
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
    public async Task Many_who_ask_at_once_share_an_answer()
    {
        await using var api = await ApiHost.StartAsync();
        api.Commands.Take();
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => api.GetAsync("pipeline")));
        // Thirty answers would be some two hundred statements.
        api.Commands.Take().Count.ShouldBeLessThan(60);
    }
}
