using System.Text.RegularExpressions;
using MassTransit;
using MassTransit.UsageTracking;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rollups.Hosting;
using Rollups.Messaging;
using Rollups.Node;
using Rollups.Testing;

namespace Rollups.Architecture.Tests;

/// <summary>No library of the node reports anything to its maker.</summary>
public sealed partial class PrivacyRules
{
    private static readonly string[] Folders = ["src", "tools", "tests", "samples"];

    /// <summary>
    /// A bus that is added otherwise posts versions, queues and the time zone to MassTransit's maker, minutes after the start. A sample
    /// has only MassTransit, so there the option counts, as the first statement.
    /// </summary>
    [Fact]
    public void Every_bus_of_the_node_its_tests_benchmarks_and_samples_is_added_without_telemetry()
    {
        var offenders =
            from file in Folders.SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Path, folder), "*.cs", SearchOption.AllDirectories)
            )
            let name = Path.GetRelativePath(RepositoryFolder.Path, file)
            where !name.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")
            where name is not "src/Infrastructure/Messaging/Bus/PrivateBusExtensions.cs" and not "tests/Architecture/PrivacyRules.cs"
            let code = HarnessWithoutTelemetry().Replace(File.ReadAllText(file), "")
            let text = name.StartsWith("samples", StringComparison.Ordinal) ? BusWithOption().Replace(code, "") : code
            from Match bus in OwnBus().Matches(text)
            select $"{name}: {bus.Value}";
        offenders.ShouldBeEmpty(
            "use AddPrivateBus, or WithoutUsageTelemetry().AddMassTransitTestHarness(...); in a sample, begin with DisableUsageTelemetry()"
        );
    }

    [Theory]
    [InlineData("in-memory")]
    [InlineData("rabbitmq")]
    public void No_node_tracks_its_usage_even_where_the_environment_asks_for_it(string transport)
    {
        var builder = RollupsHost.CreateBuilder([]);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Database:ConnectionString"] =
                    $"Data Source={Path.Combine(Path.GetTempPath(), $"rollups-privacy-{Guid.NewGuid():N}.db")}",
                ["Messaging:Transport"] = transport,
                ["Ethereum:HttpEndpoint"] = "http://127.0.0.1:1",
                ["Ethereum:ChainId"] = "31337",
                ["Services:Claimer:SubmissionEnabled"] = "false",
                ["Services:Prt:SubmissionEnabled"] = "false",
                ["Health:Address"] = "127.0.0.1:0",
                ["Api:Address"] = "127.0.0.1:0",
                ["Api:WebAddress"] = "127.0.0.1:0",
            }
        );
        builder.AddRollupsNode(NodeServices.All);
        AssertSilent(builder.Services);
    }

    [Fact]
    public void A_bus_of_a_program_beside_the_node_does_not_either() =>
        AssertSilent(new ServiceCollection().AddLogging().AddPrivateBus(bus => bus.UsingInMemory()));

    [Fact]
    public void A_test_harness_in_the_place_of_the_bus_does_not_either()
    {
        AssertSilent(
            new ServiceCollection().AddLogging().AddPrivateBus(bus => bus.UsingInMemory()).AddMassTransitTestHarness(TextWriter.Null)
        );
        AssertSilent(new ServiceCollection().AddLogging().WithoutUsageTelemetry().AddMassTransitTestHarness(TextWriter.Null));
    }

    private static void AssertSilent(IServiceCollection services)
    {
        services.Count(service => service.ServiceType == typeof(IUsageTracker)).ShouldBe(1);
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IUsageTracker>().GetType().Assembly.ShouldBe(typeof(PrivateBusExtensions).Assembly);
        provider.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled.ShouldBeFalse();
    }

    [GeneratedRegex(@"\bAddMassTransit(TestHarness)?\s*[(<]|\bBus\.Factory\b")]
    private static partial Regex OwnBus();

    [GeneratedRegex(@"\.WithoutUsageTelemetry\(\)\s*\.AddMassTransitTestHarness\(")]
    private static partial Regex HarnessWithoutTelemetry();

    [GeneratedRegex(@"\.AddMassTransit\(\s*(\w+)\s*=>\s*\{\s*\1\.DisableUsageTelemetry\(\);")]
    private static partial Regex BusWithOption();
}
