using System.Diagnostics;
using System.Text.Json.Nodes;
using Rollups.Api.Tests.Hosts;
using Rollups.Testing;

namespace Rollups.Api.Tests;

/// <summary>docs/api.md is true.</summary>
public sealed class DocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(RepositoryFolder.Path, "docs", "api.md"));

    [Fact]
    public async Task Every_example_is_answered()
    {
        var token = TestContext.Current.CancellationToken;
        await using var api = await ApiHost.StartAsync();
        await Seed.AllAsync(api.Host);
        var examples = Document.Split('\n').Where(line => line.StartsWith("curl -s ", StringComparison.Ordinal)).ToList();
        examples.Count.ShouldBeGreaterThan(5);
        foreach (var example in examples)
        {
            var command = example
                .Replace("http://127.0.0.1:10011/", api.Address.ToString(), StringComparison.Ordinal)
                .Replace("http://127.0.0.1:10010/", api.Web.ToString(), StringComparison.Ordinal);
            using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true })!;
            var answer = await shell.StandardOutput.ReadToEndAsync(token);
            await shell.WaitForExitAsync(token);
            shell.ExitCode.ShouldBe(0, example);
            JsonNode.Parse(answer)!.AsObject().ContainsKey("error").ShouldBeFalse($"{example}: {answer}");
        }
    }

    [Fact]
    public async Task Every_method_is_in_the_table()
    {
        await using var api = await ApiHost.StartAsync();
        foreach (var method in (await api.ResultAsync("rpc.discover"))["methods"]!.AsArray())
            Document.ShouldContain($"`{method!["name"]!.GetValue<string>()["cartesi_".Length..]}`");
    }
}
