using System.Text.Json.Nodes;

namespace Rollups.Cli.Tests.Config;

/// <summary><c>rollups config import</c> as an operator runs it.</summary>
public sealed class ConfigImportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rollups-import-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_becomes_lines_that_a_shell_reads()
    {
        var answer = await CliProcess.RunAsync(
            "config",
            "import",
            "--with-secrets",
            "--file",
            Write(
                "go.env",
                """
                # The Go node
                export CARTESI_BLOCKCHAIN_HTTP_ENDPOINT=http://127.0.0.1:8545 CARTESI_BLOCKCHAIN_ID=31337
                CARTESI_AUTH_MNEMONIC=test test test test test test test test test test test junk
                CARTESI_DATABASE_CONNECTION='postgres://node:it%27s;$HOME@db:5432/rollups?sslmode=disable' # local
                CARTESI_REMOTE_MACHINE_LOG_LEVEL=info
                """
            )
        );

        answer.ExitCode.ShouldBe(ExitCode.Done, answer.Error);
        answer.ErrorLines.ShouldContain(
            "no counterpart: CARTESI_REMOTE_MACHINE_LOG_LEVEL. The node logs the lines of its machine servers at debug."
        );
        var shell = await CliProcess.RunProgramAsync("sh", ["-c", $"set -a; . '{Write("node.env", answer.Output)}'; env"]);
        shell.ExitCode.ShouldBe(0, shell.Error);
        shell
            .Lines.Where(line => line.StartsWith("ROLLUPS_"))
            .ShouldBe(
                [
                    "ROLLUPS_Ethereum__HttpEndpoint=http://127.0.0.1:8545",
                    "ROLLUPS_Ethereum__ChainId=31337",
                    "ROLLUPS_Signer__Kind=mnemonic",
                    "ROLLUPS_Signer__Mnemonic=test test test test test test test test test test test junk",
                    "ROLLUPS_Database__ConnectionString=Host=db;Port=5432;Database=rollups;Username=node;"
                        + "Password=\"it's;$HOME\";SSL Mode=Disable",
                    "ROLLUPS_Database__Provider=postgresql",
                ],
                ignoreOrder: true
            );
    }

    [Fact]
    public async Task The_environment_becomes_JSON()
    {
        var answer = await CliProcess.RunAsync(
            [("CARTESI_LOG_LEVEL", "warn"), ("CARTESI_AUTH_KIND", "private_key"), ("CARTESI_AUTH_PRIVATE_KEY", new string('1', 64))],
            "config",
            "import",
            "--json"
        );

        answer.ExitCode.ShouldBe(ExitCode.Done, answer.Error);
        (answer.Output + answer.Error).ShouldNotContain("1111");
        var document = JsonNode.Parse(answer.Output)!;
        document["settings"]!
            .AsObject()
            .ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>())
            .ShouldBe(
                new Dictionary<string, string>
                {
                    ["ROLLUPS_Signer__Kind"] = "private-key",
                    ["ROLLUPS_Logging__LogLevel__Rollups"] = "Warning",
                },
                ignoreOrder: true
            );
        document["withheld"]!.AsArray().ShouldHaveSingleItem()!["setting"]!.GetValue<string>().ShouldBe("ROLLUPS_Signer__PrivateKey");
        document["wrong"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_value_is_refused_and_nothing_is_printed()
    {
        var answer = await CliProcess.RunAsync(
            [("CARTESI_BLOCKCHAIN_ID", "mainnet"), ("CARTESI_LOG_LEVEL", "info"), ("CARTESI_PRT_POLLING_INTERVAL", "3s")],
            "config",
            "import"
        );

        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.Output.ShouldBeEmpty();
        answer.ErrorLines.ShouldBe([
            "error: CARTESI_BLOCKCHAIN_ID is 'mainnet': give a whole number from 0 to 18446744073709551615.",
            "error: CARTESI_PRT_POLLING_INTERVAL is '3s': give a number of seconds without a unit, such as 3 or 0.5.",
        ]);
    }

    [Fact]
    public async Task Without_any_variable_the_import_is_refused_with_the_way_out()
    {
        var answer = await CliProcess.RunAsync("config", "import");
        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.Error.ShouldStartWith("error: The environment has no variable CARTESI_...: name the Go node's file with --file PATH");
    }

    [Fact]
    public async Task A_file_that_is_missing_is_refused_in_one_line()
    {
        var answer = await CliProcess.RunAsync("config", "import", "--file", Path.Combine(_folder.FullName, "none.env"));
        answer.ExitCode.ShouldBe(ExitCode.Refused);
        answer.ErrorLines.ShouldHaveSingleItem().ShouldContain("cannot be read");
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
