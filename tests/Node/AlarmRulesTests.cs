using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rollups.Hosting;
using Rollups.Testing;

namespace Rollups.Node.Tests;

/// <summary>
/// docs/alarms.yaml has no rule that could never fire, and the dashboard in compose/ no panel that stays empty: each speaks of metrics that
/// a node with every service has, under Prometheus's names.
/// </summary>
public sealed partial class AlarmRulesTests
{
    [Fact]
    public void Every_metric_of_a_rule_is_one_of_the_nodes()
    {
        var used = File.ReadLines(Path.Combine(RepositoryFolder.Path, "docs", "alarms.yaml"))
            .Where(line => line.TrimStart().StartsWith("expr: ", StringComparison.Ordinal))
            .SelectMany(line => Metric().Matches(line))
            .Select(match => match.Value)
            .Distinct()
            .ToList();

        used.ShouldBeSubsetOf(Exported());
        new[]
        {
            "rollups_evm_reader_head",
            "rollups_evm_reader_lag",
            "rollups_applications",
            "rollups_signer_balance_ether",
        }.ShouldBeSubsetOf(used);
    }

    [Fact]
    public void Every_metric_of_the_dashboard_is_one_of_the_nodes()
    {
        var dashboard = JsonNode.Parse(
            File.ReadAllText(Path.Combine(RepositoryFolder.Path, "compose", "observability", "grafana", "rollups.json"))
        )!;
        var expressions = dashboard["panels"]!
            .AsArray()
            .SelectMany(panel => panel!["targets"]?.AsArray() ?? [])
            .Select(target => target!["expr"]!.GetValue<string>())
            .ToList();

        expressions.Count.ShouldBeGreaterThan(25);
        // A mistake in a name that is not one of the node's would go unseen.
        expressions.ShouldAllBe(expression => Metric().IsMatch(expression));
        expressions.SelectMany(expression => Metric().Matches(expression)).Select(match => match.Value).ShouldBeSubsetOf(Exported());
        dashboard["panels"]!.AsArray().Select(panel => panel!["id"]!.GetValue<int>()).ShouldBeUnique();
    }

    private static HashSet<string> Exported()
    {
        var names = new HashSet<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == RollupsHostingExtensions.MeterName)
                names.UnionWith(Exported(instrument));
        };
        listener.Start();
        var builder = RollupsHost.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Ethereum:HttpEndpoint"] = "http://127.0.0.1:1",
                ["Ethereum:ChainId"] = "31337",
                ["Messaging:Transport"] = "rabbitmq",
                ["Messaging:RabbitMq:ManagementAddress"] = "http://127.0.0.1:1",
                ["Health:Address"] = "127.0.0.1:0",
                ["Services:Claimer:SubmissionEnabled"] = "false",
                ["Services:Prt:SubmissionEnabled"] = "false",
            }
        );
        builder.AddRollupsNode(NodeServices.All);
        using var host = builder.Build();
        _ = host.Services.GetServices<IHostedService>().ToList();
        // Those that are made with the first use of their class.
        var types = AppDomain
            .CurrentDomain.GetAssemblies()
            .Where(assembly => assembly.GetName().Name!.StartsWith("Rollups.", StringComparison.Ordinal))
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type =>
                !type.IsGenericType
                && type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                    .Any(field => field.FieldType.IsAssignableTo(typeof(Instrument)))
            );
        foreach (var type in types)
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        return names;
    }

    private static IEnumerable<string> Exported(Instrument instrument)
    {
        var unit = instrument.Unit switch
        {
            null or ['{', ..] => "",
            "s" => "_seconds",
            { } other => "_" + other,
        };
        var name = instrument.Name.Replace('.', '_') + unit;
        return instrument switch
        {
            Histogram<double> => [name + "_bucket", name + "_sum", name + "_count"],
            Counter<long> or Counter<double> => [name + "_total"],
            _ => [name],
        };
    }

    [GeneratedRegex("(rollups|rpc_client)_[a-z0-9_]+")]
    private static partial Regex Metric();
}
