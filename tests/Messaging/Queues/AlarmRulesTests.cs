using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Queues;

/// <summary>
/// docs/alarms.yaml speaks of metrics that messaging has, under the names that Prometheus knows them by; those of all services are the
/// Node's tests'.
/// </summary>
public sealed partial class AlarmRulesTests
{
    private static readonly string[] Rules = File.ReadAllLines(Path.Combine(RepositoryFolder.Path, "docs", "alarms.yaml"));

    [Fact]
    public async Task Every_metric_of_a_rule_is_one_of_the_nodes()
    {
        var known = await ExportedAsync();
        var used = Rules
            .Where(line => line.TrimStart().StartsWith("expr: ", StringComparison.Ordinal))
            .SelectMany(line => Metric().Matches(line))
            .Select(match => match.Value)
            .Where(name => !OfServices().IsMatch(name))
            .Distinct()
            .ToList();

        used.ShouldBeSubsetOf(known);
        // Depth, age of the oldest message, age of the outbox.
        new[] { "rollups_queue_depth", "rollups_queue_age_seconds", "rollups_outbox_age_seconds" }.ShouldBeSubsetOf(used);
    }

    [Fact]
    public void Every_rule_says_what_it_means_and_what_to_do()
    {
        var rules = string.Join('\n', Rules).Split("- alert: ").Skip(1).ToList();
        rules.Count.ShouldBe(Rules.Count(line => line.TrimStart().StartsWith("expr: ", StringComparison.Ordinal)));
        rules.Select(rule => rule[..rule.IndexOf('\n', StringComparison.Ordinal)]).ShouldBeUnique();
        foreach (var rule in rules)
        {
            rule.ShouldContain("severity: ");
            rule.ShouldContain("summary: \"");
            rule.ShouldContain("action: \"");
            var expression = rule.Split('\n').Single(line => line.TrimStart().StartsWith("expr: ", StringComparison.Ordinal));
            expression.Count(c => c == '(').ShouldBe(expression.Count(c => c == ')'));
            expression.Count(c => c is '[' or '{').ShouldBe(expression.Count(c => c is ']' or '}'));
        }
    }

    /// <summary>The node's instruments of messaging as the Prometheus exporter names them.</summary>
    private static async Task<HashSet<string>> ExportedAsync()
    {
        var names = new HashSet<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == Telemetry.MeterName)
                names.UnionWith(Exported(instrument));
        };
        listener.Start();
        using var settings = TestSettings.Embedded();
        await using var node = await TestNode.BuildAsync(settings);
        _ = (node.Outbox, new QueueMetrics(TimeProvider.System));
        return names;
    }

    private static IEnumerable<string> Exported(Instrument instrument)
    {
        // {message} and the like are remarks, not units.
        var name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "");
        return instrument switch
        {
            Histogram<double> => [name + "_bucket", name + "_sum", name + "_count"],
            Counter<long> => [name + "_total"],
            _ => [name],
        };
    }

    [GeneratedRegex("^rollups_(evm_reader|application|applications|epochs|l1|signer|claim|prt)")]
    private static partial Regex OfServices();

    [GeneratedRegex("rollups_[a-z0-9_]+")]
    private static partial Regex Metric();
}
