using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Data.Sqlite;
using Rollups.Testing;

namespace Rollups.Node.Tests;

[Slow]
public sealed class BadConfigurationTests
{
    private static readonly (string, string)[] Lifecycle = [("Ethereum__ChainId", "31337")];

    private static readonly (string, string)[] Claimer = [.. Lifecycle, ("Ethereum__HttpEndpoint", "http://127.0.0.1:1")];

    [Fact]
    public async Task An_unknown_service_is_named_with_the_known_ones() =>
        await SaysAsync(
            ["--services", "advanser"],
            [],
            $"'advanser' is not a service of the node: the known ones are {string.Join(", ", NodeServices.All)}."
        );

    [Fact]
    public async Task A_stray_argument_is_named() =>
        await SaysAsync(
            ["advancer"],
            [],
            "'advancer' is not a known argument: give --services NAMES, or settings as --Section:Key=value."
        );

    [Fact]
    public async Task A_missing_chain_id_is_asked_for() =>
        await SaysAsync(
            ["--services", "lifecycle"],
            [],
            "Ethereum:ChainId is '': give the EIP-155 id of the chain, such as 1 for mainnet or 31337 for Anvil."
        );

    [Fact]
    public async Task A_malformed_private_key_is_told_without_the_key()
    {
        var error = await FailsAsync(
            ["--services", "claimer"],
            [.. Claimer, ("Signer__Kind", "private-key"), ("Signer__PrivateKey", "0xc0ffee")]
        );
        error.ShouldContain("Signer:PrivateKey is not a private key: expected 0x and 64 hex digits");
        error.ShouldNotContain("c0ffee");
    }

    [Fact]
    public async Task A_missing_key_is_asked_for() =>
        (await FailsAsync(["--services", "claimer"], Claimer)).ShouldContain(
            "set Signer:Kind to private-key, private-key-file, mnemonic, mnemonic-file or aws-kms"
        );

    [Theory]
    [InlineData("Signer:PrivateKey", "0xc0ffee", "ROLLUPS_Signer__PrivateKey", "Signer:PrivateKeyFile")]
    [InlineData("signer:mnemonic", "legal winner", "ROLLUPS_Signer__Mnemonic", "Signer:MnemonicFile")]
    public async Task A_secret_among_the_arguments_is_refused_and_not_repeated(string setting, string secret, string variable, string file)
    {
        var error = await FailsAsync(["--services", "claimer", $"--{setting}={secret}"], Claimer);
        error.ShouldContain(
            $"is given as an argument, where every user of this machine can read it: give it as the variable {variable}, or better as a "
                + $"file with {file}."
        );
        error.ShouldNotContain(secret);
    }

    [Fact]
    public async Task A_misspelt_mnemonic_is_told_by_the_position_of_the_word()
    {
        var error = await FailsAsync(
            ["--services", "claimer"],
            [.. Claimer, ("Signer__Kind", "mnemonic"), ("Signer__Mnemonic", "test test test test test test test test test test test jnuk")]
        );
        error.ShouldContain("Signer:Mnemonic is not a mnemonic: word 12 of 12 is not one of the 2048 English words of BIP-39");
        error.ShouldNotContain("jnuk");
    }

    [Fact]
    public async Task A_wrong_database_provider_is_named() =>
        await SaysAsync(
            ["--services", "lifecycle"],
            [.. Lifecycle, ("Database__Provider", "mysql")],
            "Database:Provider is 'mysql': use sqlite or postgresql."
        );

    [Fact]
    public async Task A_wrong_transport_is_named() =>
        await SaysAsync(
            ["--services", "lifecycle"],
            [.. Lifecycle, ("Messaging__Transport", "kafka")],
            "Messaging:Transport is 'kafka': use in-memory or rabbitmq."
        );

    [Fact]
    public async Task A_value_that_cannot_be_read_is_named_with_its_key() =>
        await SaysAsync(
            ["--services", "lifecycle"],
            [.. Lifecycle, ("Services__Lifecycle__SyncInterval", "soon")],
            "Services:Lifecycle:SyncInterval is 'soon': give a time from 00:00:00.1 to a day, such as 00:00:30."
        );

    [Fact]
    public async Task A_busy_port_is_told_with_the_remedy()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        await SaysAsync(
            ["--services", "lifecycle"],
            [.. Lifecycle, ("Health__Address", occupant.LocalEndpoint.ToString()!)],
            $"The health listener cannot use {occupant.LocalEndpoint}, because another program listens there: stop that program, or choose "
                + $"another address with Health:Address."
        );
    }

    [Fact]
    public async Task An_unreachable_L1_is_told_with_host_and_port_and_without_the_key_in_its_URL()
    {
        var error = await FailsAsync(
            ["--services", "evm-reader"],
            [.. Lifecycle, ("Ethereum__HttpEndpoint", $"http://127.0.0.1:{FreePort()}/v2/secret-key"), ("Ethereum__MaxRetries", "0")]
        );
        error.ShouldContain("cannot be reached");
        error.ShouldContain("127.0.0.1:");
        error.ShouldNotContain("secret-key");
    }

    [Fact]
    public async Task An_L1_of_another_chain_is_told_with_both_ids()
    {
        using var endpoint = new OneAnswerEndpoint("0x1");
        var error = await FailsAsync(["--services", "evm-reader"], [.. Lifecycle, ("Ethereum__HttpEndpoint", endpoint.Url)]);
        error.ShouldContain("Ethereum:ChainId is 31337");
        error.ShouldContain("serves chain 1.");
    }

    [Fact]
    public async Task A_database_of_a_newer_schema_is_left_alone()
    {
        using var first = NodeProcess.Start(["--services", "lifecycle"], Lifecycle);
        await first.ListeningAsync();
        first.Terminate();
        await first.EndAsync();
        var connection = $"Data Source={Path.Combine(first.Folder, "node.db")};Pooling=False";
        await using (var database = new SqliteConnection(connection))
        {
            await database.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = database.CreateCommand();
            command.CommandText =
                "INSERT INTO \"__EFMigrationsHistory\" (migration_id, product_version) VALUES ('29990101000000_Future', '99.0.0')";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var error = await FailsAsync(["--services", "lifecycle"], [.. Lifecycle, ("Database__ConnectionString", connection)]);

        error.ShouldContain("newer schema than this build");
        error.ShouldContain("29990101000000_Future");
    }

    private static async Task SaysAsync(string[] args, (string, string)[] environment, string sentence) =>
        (await FailsAsync(args, environment)).ShouldBe($"error: {sentence}");

    /// <summary>The one line that the node says on its way out.</summary>
    private static async Task<string> FailsAsync(string[] args, (string, string)[] environment)
    {
        var (exitCode, error, output) = await NodeProcess.RunAsync(args, environment);
        exitCode.ShouldBe(1, error);
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        lines.Length.ShouldBe(1, error);
        (error + output).ShouldNotContain("   at ");
        (error + output).ShouldNotContain("Exception");
        return lines[0];
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>A JSON-RPC endpoint that gives one result to whatever it is asked.</summary>
    private sealed class OneAnswerEndpoint : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly string _result;

        public OneAnswerEndpoint(string result)
        {
            _result = result;
            Url = $"http://127.0.0.1:{FreePort()}/";
            _listener.Prefixes.Add(Url);
            _listener.Start();
            _ = AnswerAsync();
        }

        public string Url { get; }

        public void Dispose() => _listener.Close();

        private async Task AnswerAsync()
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                using var request = await System.Text.Json.JsonDocument.ParseAsync(context.Request.InputStream);
                var asked = request.RootElement;
                var batch = asked.ValueKind == System.Text.Json.JsonValueKind.Array;
                var answers = (batch ? asked.EnumerateArray().ToArray() : [asked]).Select(call =>
                    $$"""{"jsonrpc":"2.0","id":{{call.GetProperty("id").GetRawText()}},"result":"{{_result}}"}"""
                );
                var text = batch ? $"[{string.Join(',', answers)}]" : answers.Single();
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
                context.Response.Close();
            }
        }
    }
}
