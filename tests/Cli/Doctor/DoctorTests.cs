using System.Text.Json;
using Rollups.Cli.Tests.Database;
using Rollups.Cli.Tests.Errors;
using Rollups.Devnet;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Doctor;

/// <summary>One line per check, against real servers and against absent ones.</summary>
public sealed class DoctorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [NeedsServers]
    public async Task A_whole_node_is_well()
    {
        using var database = await MigratedDatabase.CreateAsync(DatabaseKind.Postgresql);
        var host = await (await TestContext.Current.GetFixture<RabbitMqServer>())!.CreateVirtualHostAsync(Cancel);
        await using var anvil = await AnvilProcess.StartAsync(0, Cancel);

        var answer = await CliProcess.RunHereAsync(
            [
                .. database.Variables,
                .. ErrorsVerbTests.Variables(host),
                ("ROLLUPS_Ethereum__HttpEndpoint", anvil.HttpEndpoint.ToString()),
                ("ROLLUPS_Ethereum__ChainId", "31337"),
                ("ROLLUPS_Signer__Kind", "private-key"),
                // The first account of Anvil's published mnemonic.
                ("ROLLUPS_Signer__PrivateKey", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"),
            ],
            "doctor",
            "--json"
        );

        var results = JsonDocument
            .Parse(answer.Output)
            .RootElement.EnumerateArray()
            .ToDictionary(row => row.GetProperty("check").GetString()!, row => row.GetProperty("result").GetString());
        answer.ExitCode.ShouldBe(0, answer.Output);
        results.Values.ShouldAllBe(result => result == "OK", answer.Output);
        results.Keys.ShouldBe([
            "database",
            "outbox",
            "broker",
            "management api",
            "error queues",
            "l1 endpoint",
            "block-hash queries",
            "finality",
            "clock",
            "signer",
            "balance",
        ]);
    }

    [Fact]
    public async Task What_is_away_fails_with_its_remedy()
    {
        var answer = await CliProcess.RunHereAsync(
            [
                ("ROLLUPS_Database__Provider", "postgresql"),
                ("ROLLUPS_Database__ConnectionString", "Host=127.0.0.1;Port=1;Database=rollups;Password=secret"),
                ("ROLLUPS_Messaging__Transport", "rabbitmq"),
                ("ROLLUPS_Messaging__RabbitMq__Port", "1"),
                ("ROLLUPS_Messaging__RabbitMq__ManagementAddress", "http://127.0.0.1:1"),
            ],
            "doctor"
        );

        answer.ExitCode.ShouldBe(ExitCode.Refused, answer.Output);
        answer.Output.ShouldNotContain("secret");
        answer.Lines.ShouldContain(line => line.StartsWith("database") && line.Contains("FAILED"));
        answer.Lines.ShouldContain(line => line.StartsWith("broker") && line.Contains("cannot be reached"));
        answer.Lines.ShouldContain(line => line.StartsWith("management api") && line.Contains("FAILED"));
        answer.Lines.ShouldContain(line => line.StartsWith("l1 endpoint") && line.Contains("Ethereum:HttpEndpoint is not set"));
    }

    [Fact]
    public async Task An_embedded_node_has_no_broker_and_may_have_no_key()
    {
        using var database = await MigratedDatabase.CreateAsync(DatabaseKind.Sqlite);

        var answer = await CliProcess.RunHereAsync(database.Variables, "doctor");

        answer.Lines.ShouldContain(line => line.StartsWith("database") && line.Contains(" ok "));
        answer.Lines.ShouldContain(line => line.StartsWith("broker") && line.Contains("The bus is in memory"));
    }
}
