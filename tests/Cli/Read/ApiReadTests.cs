using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Api;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Cli.Tests.Read;

/// <summary>Verbs that read answer alike from the database and, with <c>--url</c>, from the node's API on it.</summary>
public sealed class ApiReadTests(StoredStory story) : IClassFixture<StoredStory>
{
    public static TheoryData<string> Lines =>
        [
            "read epochs echo",
            "read epochs echo --limit 2",
            "read epochs echo --limit 2 --after 1",
            "read epochs echo --limit 2 --after 0",
            "read epochs echo --ascending --limit 2 --after 1",
            "read epochs echo --from 1 --to 0x3",
            "read epochs echo --status CLAIM_CALCULATED",
            "read epochs dave --ascending",
            "read inputs echo --limit 2",
            "read inputs echo --epoch 1 --limit 2 --after 5",
            "read inputs echo --from 7 --to 7",
            "read outputs echo --limit 3 --after 20",
            "read outputs echo --epoch 1 --limit 4",
            "read outputs echo --input 4",
            "read outputs echo --executed",
            "read reports echo --epoch 2",
            "read reports echo --input 7",
            "read tournaments dave --epoch 1 --ascending",
            "read commitments dave --epoch 1 --ascending",
            "read matches dave --epoch 0 --ascending",
            "read transactions echo",
            "read transactions echo --limit 2",
            "read transactions echo --ascending --limit 1",
            "read transactions echo --after 1:2",
            "read transactions echo --epoch 1",
            "read transactions echo --status PENDING",
            "read epoch echo 1",
            "read epoch echo 2",
            "read epoch echo 4",
            "read epoch dave 1",
            "app list",
            "app status echo",
            "app status dave",
        ];

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task The_API_has_what_the_database_has(string line)
    {
        var on = await story.OnAsync(DatabaseKind.Sqlite);
        await using var host = await StartAsync();

        var stored = await JsonAsync(on, line);
        var told = await JsonAsync([], $"{line} --url {UrlOf(host)}");

        told.ToJsonString().Length.ShouldBeGreaterThan(10);
        Lack(told, stored);
    }

    [Fact]
    public async Task A_table_from_the_API_leaves_out_what_it_lacks()
    {
        await using var host = await StartAsync();

        var answer = await CliProcess.RunHereAsync([], "read", "epochs", "echo", "--url", UrlOf(host));

        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Lines[0].ShouldStartWith("EPOCH  STATUS            BLOCKS  INPUTS");
        answer = await CliProcess.RunHereAsync([], "read", "epoch", "echo", "0", "--url", UrlOf(host));
        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Lines.ShouldContain("Stages");
        answer.Lines.ShouldContain(shown => shown.StartsWith("claim calculated", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_API_refuses_is_one_sentence()
    {
        await using var host = await StartAsync();
        var url = UrlOf(host);

        await RefusedAsync(ExitCode.Refused, "has no application ecko", "read", "inputs", "ecko", "--url", url);
        await RefusedAsync(ExitCode.Refused, "no epoch 9", "read", "epoch", "echo", "9", "--url", url);
        await RefusedAsync(ExitCode.Unreachable, "Nothing answers at http://127.0.0.1:1", "app", "list", "--url", "http://127.0.0.1:1");
        await RefusedAsync(
            ExitCode.Usage,
            "The API has no --status for this list",
            "read",
            "inputs",
            "echo",
            "--status",
            "NONE",
            "--url",
            url
        );
        await RefusedAsync(
            ExitCode.Usage,
            "The API has no --after",
            "read",
            "tournaments",
            "dave",
            "--after",
            $"1:{StoredStory.AddressOf(1)}",
            "--url",
            url
        );
        await RefusedAsync(ExitCode.Refused, "has no application ecko", "read", "transactions", "ecko", "--url", url);
    }

    [Fact]
    public async Task A_guarded_API_is_read_with_the_token_of_the_settings()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "open-sesame\n", TestContext.Current.CancellationToken);
        await using var host = await StartAsync(("Api:TokenFile", file));

        await RefusedAsync(ExitCode.Refused, "The node wants its token: set ROLLUPS_Api__TokenFile", "app", "list", "--url", UrlOf(host));
        var answer = await CliProcess.RunHereAsync([("ROLLUPS_Api__TokenFile", file)], "app", "list", "--url", UrlOf(host));
        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Lines.Count.ShouldBe(4);
        File.Delete(file);
    }

    private static async Task RefusedAsync(int code, string words, params string[] line)
    {
        var answer = await CliProcess.RunHereAsync([], line);
        answer.ExitCode.ShouldBe(code, answer.Error);
        answer.Output.ShouldBeEmpty();
        answer.ErrorLines.ShouldAllBe(error => error.StartsWith("error: "));
        answer.Error.ShouldContain(words);
    }

    /// <summary>The told document is the stored one, apart from members that are null in it and from the age of a stage.</summary>
    private static void Lack(JsonNode? told, JsonNode? stored, string path = "$")
    {
        switch (told)
        {
            case null:
                return;
            case JsonObject members:
                foreach (var (name, value) in members.Where(member => member.Key != "secondsInStage"))
                    Lack(value, stored![name], $"{path}.{name}");
                members.Count.ShouldBe(stored!.AsObject().Count, path);
                return;
            case JsonArray list:
                list.Count.ShouldBe(stored!.AsArray().Count, path);
                for (var at = 0; at < list.Count; at++)
                    Lack(list[at], stored[at], $"{path}[{at}]");
                return;
            default:
                told.ToJsonString().ShouldBe(stored?.ToJsonString(), path);
                return;
        }
    }

    private static async Task<JsonNode> JsonAsync((string Name, string Value)[] on, string line)
    {
        var answer = await CliProcess.RunHereAsync(on, [.. line.Split(' '), "--json"]);
        answer.ExitCode.ShouldBe(0, answer.Error);
        return JsonNode.Parse(answer.Output)!;
    }

    private async Task<ServiceHost> StartAsync(params (string Key, string Value)[] settings)
    {
        await story.OnAsync(DatabaseKind.Sqlite);
        var host = await ServiceHost.CreateAsync(
            new ServiceSetup((services, configuration) => services.AddApi(configuration))
            {
                Settings = [("Api:Address", "127.0.0.1:0"), ("Api:WebAddress", "127.0.0.1:0"), .. settings],
            },
            story.Database(DatabaseKind.Sqlite)
        );
        await host.StartAsync();
        return host;
    }

    private static string UrlOf(ServiceHost host) => $"http://{host.Services.GetRequiredService<IApiListener>().EndPoint}";
}
