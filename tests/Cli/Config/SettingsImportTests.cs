using Rollups.Cli.Config;
using Rollups.Hosting;
using Rollups.Node;

namespace Rollups.Cli.Tests.Config;

public sealed class SettingsImportTests
{
    private const string Mnemonic = "test test test test test test test test test test test junk";
    private const string Key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    public static TheoryData<string> Processes => [GoVariable.WholeNode, .. NodeServices.All];

    /// <summary>Every variable of the data at once, so that a target that the node refuses turns this red.</summary>
    [Theory]
    [MemberData(nameof(Processes))]
    public void What_is_printed_loads_as_the_configuration_of_the_node(string process)
    {
        var result = Import(
            process,
            withSecrets: true,
            [.. GoVariables.All.Where(variable => !variable.IsFileWithSecret).Select(variable => (variable.Name, Example(variable)))]
        );
        result.Findings.Where(finding => finding.Kind == FindingKind.Wrong).ShouldBeEmpty();

        using var lines = new StringWriter();
        ImportOutput.WriteLines(result, lines);
        var printed = EnvironmentFile.Parse("node.env", lines.ToString()).Variables;
        printed.Count.ShouldBe(result.Settings.Count);
        printed.Keys.ShouldAllBe(name => name.StartsWith(RollupsHost.EnvironmentPrefix));
        var builder = RollupsHost.CreateBuilder([
            .. printed.Select(pair => $"--{pair.Key[RollupsHost.EnvironmentPrefix.Length..].Replace("__", ":")}={pair.Value}"),
        ]);

        Should.NotThrow(() => builder.AddRollupsNode(process == GoVariable.WholeNode ? NodeServices.All : NodeServices.Parse(process)));
    }

    /// <summary>Each variable is a setting, or is named: none is dropped silently.</summary>
    [Theory]
    [MemberData(nameof(Processes))]
    public void Every_variable_is_translated_or_named(string process)
    {
        foreach (var variable in GoVariables.All)
        {
            var result = Import(process, withSecrets: false, (variable.Name, Example(variable)));
            var named = result.Settings.Select(it => it.Variable).Concat(result.Findings.Select(it => $"{it.Variable} {it.Sentence}"));
            // An account without a key is refused as a whole.
            (result.IsRefused || named.Any(text => text.Contains(variable.Name))).ShouldBeTrue(variable.Name);
        }
    }

    [Fact]
    public void A_URL_without_anything_secret_is_printed()
    {
        var result = Import(("CARTESI_BLOCKCHAIN_HTTP_ENDPOINT", "http://127.0.0.1:8545"));
        result.Settings.ShouldBe([new("Ethereum:HttpEndpoint", "http://127.0.0.1:8545", "CARTESI_BLOCKCHAIN_HTTP_ENDPOINT")]);
        result.Findings.ShouldBeEmpty();
    }

    [Fact]
    public void No_secret_is_in_any_output_without_the_option()
    {
        var result = Import(
            ("CARTESI_BLOCKCHAIN_HTTP_ENDPOINT", "https://mainnet.example/v3/hunter2"),
            ("CARTESI_BLOCKCHAIN_WS_ENDPOINT", "wss://user:hunter2@mainnet.example"),
            ("CARTESI_BLOCKCHAIN_HTTP_AUTHORIZATION", "Authorization:Bearer hunter2"),
            ("CARTESI_DATABASE_CONNECTION", "postgres://node:hunter2@db/rollups"),
            ("CARTESI_AUTH_KIND", "private_key"),
            ("CARTESI_AUTH_PRIVATE_KEY", Key),
            ("CARTESI_AUTH_MNEMONIC", Mnemonic),
            ("CARTESI_PRT_AUTH_MNEMONIC", Mnemonic),
            ("CARTESI_UNKNOWN", "hunter2")
        );

        using var output = new StringWriter();
        ImportOutput.WriteLines(result, output);
        ImportOutput.WriteJson(result, output);
        ImportOutput.WriteFindings(result, output);
        foreach (var secret in new[] { "hunter2", Key[2..], "test test" })
            output.ToString().ShouldNotContain(secret);
        result
            .Findings.Where(finding => finding.Kind == FindingKind.Withheld)
            .Select(finding => finding.Setting)
            .ShouldBe(["Ethereum:HttpEndpoint", "Signer:PrivateKey", "Database:ConnectionString", "Ethereum:WebSocketEndpoint"]);
        result.Settings.ShouldContain(
            new ImportedSetting("Database:ConnectionString", "Host=db;Database=rollups;Username=node", "CARTESI_DATABASE_CONNECTION")
        );
    }

    [Fact]
    public void With_the_option_secrets_are_settings()
    {
        var result = Import(
            GoVariable.WholeNode,
            withSecrets: true,
            ("CARTESI_AUTH_MNEMONIC", Mnemonic),
            ("CARTESI_AUTH_MNEMONIC_ACCOUNT_INDEX", "3")
        );
        Values(result).ShouldBe(["Signer:Kind=mnemonic", $"Signer:Mnemonic={Mnemonic}", "Signer:AccountIndex=3"]);
    }

    [Theory]
    [InlineData("mnemonic", "CARTESI_AUTH_MNEMONIC_FILE", "/run/m", "Signer:Kind=mnemonic-file", "Signer:MnemonicFile=/run/m")]
    [InlineData("mnemonic_file", "CARTESI_AUTH_MNEMONIC_FILE", "/run/m", "Signer:Kind=mnemonic-file", "Signer:MnemonicFile=/run/m")]
    [InlineData("private_key", "CARTESI_AUTH_PRIVATE_KEY_FILE", "/run/k", "Signer:Kind=private-key-file", "Signer:PrivateKeyFile=/run/k")]
    [InlineData("aws", "CARTESI_AUTH_AWS_KMS_KEY_ID", "alias/node", "Signer:Kind=aws-kms", "Signer:AwsKmsKeyId=alias/node")]
    public void A_key_is_passed_by_reference(string kind, string variable, string value, params string[] settings) =>
        Values(Import(("CARTESI_AUTH_KIND", kind), (variable, value))).ShouldBe(settings);

    [Fact]
    public void Variables_of_another_kind_of_key_are_named_and_left_out()
    {
        var result = Import(("CARTESI_AUTH_PRIVATE_KEY", Key), ("CARTESI_AUTH_MNEMONIC_FILE", "/run/m"));
        Values(result).ShouldBe(["Signer:Kind=mnemonic-file", "Signer:MnemonicFile=/run/m"]);
        Sentence(result, "CARTESI_AUTH_PRIVATE_KEY")
            .ShouldBe("is not used, in the Go node neither: CARTESI_AUTH_KIND is mnemonic by default.");
    }

    [Theory]
    [InlineData("CARTESI_AUTH_PRIVATE_KEY", Key)]
    [InlineData("CARTESI_AUTH_KIND", "aws")]
    [InlineData("CARTESI_AUTH_KIND", "vault")]
    public void A_kind_without_its_key_and_an_unknown_kind_are_refused(string variable, string value)
    {
        var result = Import((variable, value));
        result.IsRefused.ShouldBeTrue();
        result.Settings.ShouldBeEmpty();
        Sentence(result, "CARTESI_AUTH_KIND").ShouldEndWith(".");
    }

    /// <summary>Else PRT would pay from another account.</summary>
    [Fact]
    public void The_process_of_prt_has_the_account_of_prt()
    {
        (string, string)[] variables =
        [
            ("CARTESI_AUTH_MNEMONIC_FILE", "/run/claimer"),
            ("CARTESI_PRT_AUTH_MNEMONIC_FILE", "/run/prt"),
            ("CARTESI_PRT_TELEMETRY_ADDRESS", ":10006"),
            ("CARTESI_LOG_LEVEL", "info"),
            ("CARTESI_LOG_LEVEL_PRT", "debug"),
        ];
        Values(Import("prt", withSecrets: false, variables))
            .ShouldBe([
                "Signer:Kind=mnemonic-file",
                "Signer:MnemonicFile=/run/prt",
                "Signer:AccountIndex=6",
                "Logging:LogLevel:Rollups=Debug",
                "Health:Address=0.0.0.0:10006",
            ]);
        Values(Import("claimer", withSecrets: false, variables))
            .ShouldBe(["Signer:Kind=mnemonic-file", "Signer:MnemonicFile=/run/claimer", "Logging:LogLevel:Rollups=Information"]);
        Values(Import("validator", withSecrets: false, variables)).ShouldBe(["Logging:LogLevel:Rollups=Information"]);
    }

    [Fact]
    public void A_newer_name_goes_before_an_older_one()
    {
        var result = Import(("CARTESI_EVM_READER_DEFAULT_BLOCK", "latest"), ("CARTESI_BLOCKCHAIN_DEFAULT_BLOCK", "safe"));
        Values(result).ShouldBe(["Ethereum:DefaultBlock=safe"]);
        Sentence(result, "CARTESI_EVM_READER_DEFAULT_BLOCK")
            .ShouldBe("is not used: CARTESI_BLOCKCHAIN_DEFAULT_BLOCK is set too and goes before it.");
    }

    [Fact]
    public void One_variable_may_be_two_settings() =>
        Values(Import(("CARTESI_FEATURE_CLAIM_SUBMISSION_ENABLED", "false")))
            .ShouldBe(["Services:Claimer:SubmissionEnabled=false", "Services:Prt:SubmissionEnabled=false"]);

    [Fact]
    public void A_value_that_means_a_default_is_left_out()
    {
        var result = Import(("CARTESI_EVM_READER_READY_MAX_STALENESS", "0"));
        result.Settings.ShouldBeEmpty();
        result.IsRefused.ShouldBeFalse();
        Sentence(result, "CARTESI_EVM_READER_READY_MAX_STALENESS").ShouldContain("Services:EvmReader:BlindAfter is left out");
    }

    /// <summary>The range is ours: the node would refuse the value at its start.</summary>
    [Fact]
    public void A_value_out_of_our_range_is_refused_with_our_remedy()
    {
        var result = Import(("CARTESI_BLOCKCHAIN_HTTP_MAX_RETRIES", "50"), ("CARTESI_BLOCKCHAIN_ID", "1"));
        result.IsRefused.ShouldBeTrue();
        result.Settings.ShouldBeEmpty();
        Sentence(result, "CARTESI_BLOCKCHAIN_HTTP_MAX_RETRIES")
            .ShouldBe("cannot be used here. Ethereum:MaxRetries is 50: give a number of attempts from 0 to 20.");
    }

    [Fact]
    public void An_empty_value_is_none() =>
        Import(("CARTESI_BLOCKCHAIN_ID", ""), ("CARTESI_JSONRPC_API_ADDRESS", "")).Findings.ShouldBeEmpty();

    [Theory]
    [InlineData("CARTESI_BLOCKCHAIN_HTTP_ENDPONT", "The Go node has no such variable: did you mean CARTESI_BLOCKCHAIN_HTTP_ENDPOINT?")]
    [InlineData("CARTESI_TEST_DATABASE_CONNECTION", "The Go node has no such variable, as far as this node knows.")]
    public void An_unknown_name_is_named_with_the_nearest_known_one(string name, string sentence)
    {
        var result = Import((name, "hunter2"));
        result.IsRefused.ShouldBeFalse();
        Sentence(result, name).ShouldBe(sentence);
    }

    [Fact]
    public void A_huge_name_is_clipped() =>
        Import(("CARTESI_" + new string('X', 100_000), "1")).Findings.ShouldHaveSingleItem().Variable.Length.ShouldBeLessThan(100);

    [Fact]
    public void A_file_with_a_secret_is_read_with_the_option_alone()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "postgres://node:hunter2@db/rollups\n");
            var without = Import(("CARTESI_DATABASE_CONNECTION_FILE", path));
            without.Settings.ShouldBeEmpty();
            without.Findings.ShouldHaveSingleItem().Kind.ShouldBe(FindingKind.Withheld);

            var with = Import(GoVariable.WholeNode, withSecrets: true, ("CARTESI_DATABASE_CONNECTION_FILE", path));
            Values(with)
                .ShouldBe([
                    "Database:ConnectionString=Host=db;Database=rollups;Username=node;Password=hunter2",
                    "Database:Provider=postgresql",
                ]);

            File.WriteAllText(path, new string('x', 5000));
            Import(GoVariable.WholeNode, withSecrets: true, ("CARTESI_DATABASE_CONNECTION_FILE", path)).IsRefused.ShouldBeTrue();
        }
        finally
        {
            File.Delete(path);
        }
        var missing = Import(GoVariable.WholeNode, withSecrets: true, ("CARTESI_DATABASE_CONNECTION_FILE", "/nowhere/hunter2"));
        missing.IsRefused.ShouldBeTrue();
        Sentence(missing, "CARTESI_DATABASE_CONNECTION_FILE").ShouldNotContain("hunter2");
    }

    private static ImportResult Import(params (string Name, string Value)[] variables) =>
        Import(GoVariable.WholeNode, withSecrets: false, variables);

    private static ImportResult Import(string process, bool withSecrets, params (string Name, string Value)[] variables) =>
        new SettingsImport(process, withSecrets).Run(
            new EnvironmentSource(variables.ToDictionary(variable => variable.Name, variable => variable.Value), [])
        );

    private static IEnumerable<string> Values(ImportResult result) =>
        result.Settings.Select(setting => $"{setting.Setting}={setting.Value}");

    private static string Sentence(ImportResult result, string variable) =>
        result.Findings.First(finding => finding.Variable == variable).Sentence;

    // A value that the Go node takes.
    private static string Example(GoVariable variable) =>
        variable switch
        {
            { Name: "CARTESI_AUTH_AWS_ENDPOINT_URL" } => "http://127.0.0.1:4566",
            { Default.Length: > 0 } => variable.Default,
            { TranslationOfContent: "http-url" } => "https://mainnet.example/v3/it's",
            { TranslationOfContent: "ws-url" } => "wss://mainnet.example/v3/key",
            { TranslationOfContent: "database-url" } => "postgres://node:p%20w;'d@db:5432/rollups?sslmode=disable",
            { Translation: "private-key" } => Key,
            { Translation: "mnemonic" } => Mnemonic,
            { Translation: "log-level" } => "debug",
            { Translation: "listen-address" } => ":10000",
            { Translation: "path" } => "/run/secrets/key",
            { Translation: "origins" } => "https://explorer.example.org",
            _ => "1",
        };
}
