using System.Globalization;
using System.Text.RegularExpressions;
using Rollups.Devnet;
using Rollups.Testing;

namespace Rollups.Integration.Tests.HostMode;

/// <summary>The commands of docs/run-your-application.md, in its order, as a new user types them.</summary>
[NeedsServers]
public sealed partial class DocumentTests : IDisposable
{
    // Ports of its own: the document's are the defaults, which another test may have.
    private readonly int _anvil = AnvilProcess.FreePort();
    private readonly int _inspect = AnvilProcess.FreePort();

    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken
    );

    public DocumentTests() => _patience.CancelAfter(Hang.Limit);

    private CancellationToken Cancel => _patience.Token;

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task Every_command_works_as_written()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Path, "docs", "run-your-application.md"), Cancel);
        var commands = Shell()
            .Matches(document)
            .SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        commands.Count(command => command.StartsWith("./run.sh ", StringComparison.Ordinal)).ShouldBe(3);
        commands.Count.ShouldBe(8);
        ProgramProcess? devnet = null;
        var application = "";
        try
        {
            foreach (var command in commands)
            {
                if (!command.StartsWith("./run.sh ", StringComparison.Ordinal))
                {
                    var (code, output) = await RunAsync(Here(command, application));
                    code.ShouldBe(0, $"{command}\n{output}");
                    if (command.StartsWith("curl", StringComparison.Ordinal))
                        output.ShouldContain("\"status\":\"Accepted\"", customMessage: command);
                    continue;
                }

                if (devnet is not null)
                    await EndAsync(devnet);
                devnet = Start(command);
                if (command.Contains("--exit-after-demo", StringComparison.Ordinal))
                {
                    (await devnet.WaitForExitAsync(Cancel)).ShouldBe(0, string.Join('\n', devnet.Lines));
                    devnet.Lines.ShouldContain(line => line.StartsWith("The contract validated the notice", StringComparison.Ordinal));
                    continue;
                }

                application = Application().Match(await LineAsync(devnet, "Your application")).Value;
                await LineAsync(devnet, "queries");
                if (command.Contains("--send", StringComparison.Ordinal))
                    await LineAsync(devnet, "app | input 0 from");
            }
        }
        finally
        {
            if (devnet is not null)
                await devnet.DisposeAsync();
        }
    }

    /// <summary>The script builds and then starts this program, with the caller's folder as its own.</summary>
    private ProgramProcess Start(string command)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "rollups.dll");
        var ports = string.Create(
            CultureInfo.InvariantCulture,
            $"--anvil-port {_anvil} --inspect-port {_inspect} --health-port 0 --web-port 0 --api-port 0 --app-port 0"
        );
        var line = command.Replace("./run.sh", $"exec dotnet {program} devnet {ports}", StringComparison.Ordinal);
        return ProgramProcess.Start("sh", ["-c", $"cd '{RepositoryFolder.Path}' && {line}"], new Dictionary<string, string>());
    }

    private string Here(string command, string application) =>
        command
            .Replace("0xAPPLICATION", application, StringComparison.Ordinal)
            .Replace("127.0.0.1:10012", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_inspect}"), StringComparison.Ordinal);

    private async Task<(int Code, string Output)> RunAsync(string command)
    {
        await using var process = ProgramProcess.Start(
            "sh",
            ["-c", $"cd '{RepositoryFolder.Path}' && {command}"],
            new Dictionary<string, string> { ["ETH_RPC_URL"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_anvil}") }
        );
        var code = await process.WaitForExitAsync(Cancel);
        return (code, string.Join('\n', process.Lines));
    }

    private async Task EndAsync(ProgramProcess devnet)
    {
        (await devnet.TerminateAsync(Cancel)).ShouldBe(0, string.Join('\n', devnet.Lines));
        await devnet.DisposeAsync();
    }

    private async Task<string> LineAsync(ProgramProcess process, string text)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Hang.Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            if (process.Lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
                return found;
            process.HasExited.ShouldBeFalse(string.Join('\n', process.Lines));
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Shell();

    [GeneratedRegex("0x[0-9a-f]{40}")]
    private static partial Regex Application();
}
