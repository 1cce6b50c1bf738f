using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Rollups.Hosting;
using Rollups.Settings;
using Rollups.Testing;

namespace Rollups.Node.Tests;

/// <summary>
/// A setting with a slip in its name would leave the default in force: such as finalized where latest was meant, or a key that is never
/// used.
/// </summary>
public sealed partial class UnknownSettingTests
{
    [Theory]
    [InlineData("Ethereum:DefaultBlok", "Ethereum:DefaultBlock")]
    [InlineData("Ethreum:ChainId", "Ethereum:ChainId")]
    [InlineData("services:evmreader:syncintervall", "Services:EvmReader:SyncInterval")]
    [InlineData("Messaging:RabbitMq:User", "Messaging:RabbitMq:Username")]
    [InlineData("Messaging:RabbitMQ:Hots", "Messaging:RabbitMq:Host")]
    [InlineData("Services:Claimer:SubmisionEnabled", "Services:Claimer:SubmissionEnabled")]
    [InlineData("Services:Node:Events", "Services:Prt:Events")]
    [InlineData("DefaultBlock", "Ethereum:DefaultBlock")]
    [InlineData("Database:Provider:Name", "Database:Provider")]
    public void Its_name_and_the_nearest_known_one_are_told(string name, string nearest)
    {
        var builder = RollupsHost.CreateBuilder([$"--{name}=secret-value"]);
        var error = Should.Throw<OperatorException>(() => builder.AddRollupsNode(NodeServices.All)).Message;
        error.ShouldStartWith($"{name} is not a setting of the node: did you mean {nearest}?");
        error.ShouldContain("docs/configuration.md lists every setting");
        error.ShouldNotContain("secret-value");
    }

    [Fact]
    [Slow]
    public async Task The_executable_refuses_an_argument()
    {
        var (exitCode, error, _) = await NodeProcess.RunAsync(
            ["--services", "lifecycle", "--Ethereum:DefaultBlok=latest"],
            ("Ethereum__ChainId", "31337")
        );
        exitCode.ShouldBe(OperatorErrors.ExitCode);
        error.ShouldStartWith("error: Ethereum:DefaultBlok is not a setting of the node: did you mean Ethereum:DefaultBlock?");
        error.Trim().ShouldNotContain('\n');
    }

    [Theory]
    [Slow]
    [InlineData("Ethereum__DefaultBlok")]
    [InlineData("Ethereum_DefaultBlock")]
    public async Task The_executable_refuses_a_variable_and_names_the_right_one(string variable)
    {
        var (exitCode, error, _) = await NodeProcess.RunAsync(
            ["--services", "lifecycle"],
            ("Ethereum__ChainId", "31337"),
            (variable, "latest")
        );
        exitCode.ShouldBe(OperatorErrors.ExitCode);
        error.ShouldStartWith($"error: ROLLUPS_{variable} is not a setting of the node: did you mean ROLLUPS_Ethereum__DefaultBlock?");
    }

    [Fact]
    public void What_others_read_is_let_be()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Debug",
                ["Logging:Console:FormatterName"] = "json",
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "x",
                ["Crash:OrderFile"] = "order",
            }
        );
        Environment.SetEnvironmentVariable("ROLLUPS_UNKNOWN_SETTING_TEST", "of somebody else");
        configuration.AddEnvironmentVariables(RollupsHost.EnvironmentPrefix);

        UnknownSettings.Refuse(configuration, ["Crash:OrderFile"]);
    }

    [Fact]
    public void Every_section_and_every_service_is_known() =>
        new[]
        {
            "Ethereum:HttpEndpoint",
            "Database:ConnectionString",
            "Messaging:Transport",
            "Messaging:RabbitMq:Password",
            "Signer:PrivateKeyFile",
            "Transactions:MaxFeePerGasGwei",
            "Telemetry:OtlpEndpoint",
            "Health:Address",
            "Services:EvmReader:MaxInputsPerScan",
            "Services:Advancer:ResidentMachines",
            "Services:Claimer:SubmissionEnabled",
            "Services:Prt:SubmissionEnabled",
            "Services:Lifecycle:LookBack",
            "Services:Validator:Events",
            "Services:EvmReader:SyncInterval",
            "Services:Prt:Concurrency",
        }.ShouldAllBe(name => KnownSettings.Contains(name));

    /// <summary>The documents name no setting that the node would refuse.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/configuration.md")]
    public void Every_documented_setting_is_known(string document)
    {
        var rows = File.ReadLines(Path.Combine(RepositoryFolder.Path, document))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1]);
        var names = rows.SelectMany(cell => Setting().Matches(cell))
            .Select(match => match.Groups[1].Value.Replace("NAME", "Claimer", StringComparison.Ordinal))
            .ToList();
        names.Count.ShouldBeGreaterThan(5);
        names.Where(name => !KnownSettings.Contains(name)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("block", "blok", 1)]
    public void The_distance_of_two_names_counts_the_characters_to_change(string left, string right, int distance)
    {
        EditDistance.Between(left, right).ShouldBe(distance);
        EditDistance.Between(right, left).ShouldBe(distance);
    }

    [GeneratedRegex("`([A-Z][A-Za-z]+(?::[A-Z][A-Za-z]+)+)`")]
    private static partial Regex Setting();
}
