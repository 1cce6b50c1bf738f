using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Hosting;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>What Prometheus gets from a running node is what the alarms and the dashboard use.</summary>
[NeedsServers]
public sealed partial class ScrapedMetricsTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit)
    : IClassFixture<AnvilChain>
{
    // They appear with the first fault, or need a setting; that the node has them is a test of the node's.
    private static readonly string[] Later =
    [
        "rollups_outbox_dead_total",
        "rollups_event_ignored_total",
        "rollups_evm_reader_reorganisations_total",
        "rollups_claim_reverted_total",
        "rollups_prt_blocked",
        "rollups_work_failures_total",
        "rollups_application_lag",
        // Only while an application, an epoch or a message waits.
        "rollups_queue_age_seconds",
        "rollups_epochs_oldest_seconds",
        "rollups_application_unsettled_seconds",
        "rollups_application_unprocessed_inputs",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_has_settled_an_epoch_exports_every_metric_that_alarms_and_dashboard_use()
    {
        var story = new Story(anvil, Token);
        var folder = Directory.CreateTempSubdirectory("rollups-metrics-");
        var (settings, broker) = await Deployment.SettingsAsync("postgresql and rabbitmq", anvil, postgres, rabbit, folder, Token);
        settings["Messaging:RabbitMq:ManagementAddress"] = broker!.Management.BaseAddress!.ToString();
        settings["Messaging:RabbitMq:ManagementInterval"] = "00:00:01";
        await using (var node = await TestNode.StartAsync(settings, Token))
        {
            var application = await story.DeployAsync();
            await node.RegisterAsync("echo", application, Token);
            await node.UntilBusIsUpAsync(Token);
            await story.SendAsync(application, "hello");
            await story.EndEpochAsync();
            await story.SettledAsync(node, expected: 1);
            var wanted = Used().Except(Later).ToList();
            wanted.ShouldContain("rollups_epochs_unfinished");

            using var http = new HttpClient();
            var address = new Uri($"http://{node.Services.GetRequiredService<IHealthListener>().EndPoint}/metrics");
            var (text, missing) = ("", wanted);
            try
            {
                // Gauges of the broker and of transactions come a moment later.
                await story.UntilAsync(
                    async () => missing = [.. wanted.Except(NamesIn(text = await http.GetStringAsync(address, Token)))],
                    names => names.Count == 0
                );
            }
            catch (OperationCanceledException)
            {
                missing.ShouldBeEmpty();
            }

            text.ShouldContain("rpc_method=\"eth_getLogs\"");
            text.ShouldContain("rollups_evm_reader_head{");
            text.ShouldContain("tag=\"latest\"");
            text.ShouldNotContain(application.ToString());
        }

        folder.Delete(recursive: true);
    }

    private static HashSet<string> Used()
    {
        var rules = File.ReadLines(Path.Combine(RepositoryFolder.Path, "docs", "alarms.yaml"))
            .Where(line => line.TrimStart().StartsWith("expr: ", StringComparison.Ordinal));
        var panels = JsonNode.Parse(
            File.ReadAllText(Path.Combine(RepositoryFolder.Path, "compose", "observability", "grafana", "rollups.json"))
        )!["panels"]!
            .AsArray()
            .SelectMany(panel => panel!["targets"]?.AsArray() ?? [])
            .Select(target => target!["expr"]!.GetValue<string>());
        return [.. rules.Concat(panels).SelectMany(NamesIn)];
    }

    private static IEnumerable<string> NamesIn(string text) => Metric().Matches(text).Select(match => match.Value).Distinct();

    [GeneratedRegex("(rollups|rpc_client)_[a-z0-9_]+")]
    private static partial Regex Metric();
}
