using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Rollups.Testing;

namespace Rollups.Integration.Tests.Operations;

/// <summary>What the live page knows where each service is a process of its own.</summary>
[NeedsServers]
public sealed class DeployedPageTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Story Story => new(anvil, Token);

    [Fact]
    public async Task It_has_the_latency_and_the_health_of_services_in_other_processes_and_notices_one_that_has_ended()
    {
        await using var node = await DeployedNode.StartAsync(
            anvil,
            postgres,
            rabbit,
            ["evm-reader,claimer,prt", "advancer,validator,lifecycle", "api"],
            Token
        );
        var address = await Story.DeployAsync();
        var (code, output) = await node.RunAsync($"rollups app register echo {address} --template echo:", Token);
        code.ShouldBe(0, output);
        await Story.SendAsync(address, "hello");
        await Story.EndEpochAsync();

        using var http = new HttpClient { BaseAddress = new Uri($"http://{node.WebAddress}/") };
        string[] workers = ["evm-reader", "advancer", "validator", "claimer", "prt", "lifecycle"];
        var page = await UntilAsync(
            http,
            page =>
                workers.All(name => Health(page, name) == "HEALTHY")
                && new[] { "advancer", "validator", "claimer", "lifecycle" }.All(name => Of(page, name)["latency"] is not null)
                && Found(page, "advancer") > 0
                && Found(page, "claimer") > 0
        );
        foreach (var name in workers)
        {
            var service = Of(page, name);
            service["is_here"]!.GetValue<bool>().ShouldBeFalse();
            service["processes"]!.GetValue<int>().ShouldBe(1);
            service["reason"].ShouldBeNull();
            service["found_by_sync"].ShouldNotBeNull();
            service["failures"].ShouldNotBeNull();
        }

        Of(page, "advancer")["latency"]!["p95"]!.GetValue<double>().ShouldBePositive();
        Of(page, "api")["is_here"]!.GetValue<bool>().ShouldBeTrue();
        page["head"]!.GetValue<long>().ShouldBePositive();

        await node.Processes[1].KillAsync();
        // Instead of a wait of a minute.
        await node.OnDatabaseAsync(db =>
            db.ServiceReports.Where(report => report.Service == "advancer")
                .ExecuteUpdateAsync(set => set.SetProperty(report => report.ReportedAt, report => report.ReportedAt.AddMinutes(-1)), Token)
        );
        page = await UntilAsync(http, page => Health(page, "advancer") == "SILENT");
        var silent = Of(page, "advancer");
        silent["reason"]!.GetValue<string>().ShouldMatch(@"^No report for \d+ s: is the process running\?$");
        silent["remedy"]!.GetValue<string>().ShouldContain($"process {node.Processes[1].Id} on {Environment.MachineName}");
        silent["latency"].ShouldBeNull();
        page["faults"]!.AsArray().ShouldContain(fault => fault!["kind"]!.GetValue<string>() == "advancer");
        Health(page, "evm-reader").ShouldBe("HEALTHY");

        node.Processes[1].Start();
        await UntilAsync(http, page => Health(page, "advancer") == "HEALTHY");
    }

    private async Task<JsonNode> UntilAsync(HttpClient http, Func<JsonNode, bool> done) =>
        (await Story.UntilAsync(() => ReadAsync(http), page => page is not null && done(page), page => page?.ToJsonString() ?? ""))!;

    /// <summary>Null if the Api, which gives way to the workers on a busy machine, asks to try again later.</summary>
    private static async Task<JsonNode?> ReadAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri("pipeline", UriKind.Relative), Token);
        return answer.StatusCode == HttpStatusCode.ServiceUnavailable
            ? null
            : JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Token));
    }

    private static JsonNode Of(JsonNode page, string service) =>
        page["services"]!.AsArray().Single(found => found!["name"]!.GetValue<string>() == service)!;

    private static string Health(JsonNode page, string service) => Of(page, service)["health"]!.GetValue<string>();

    private static long Found(JsonNode page, string service) => Of(page, service)["found_by_event"]?.GetValue<long>() ?? 0;
}
