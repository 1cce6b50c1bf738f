using System.Diagnostics;
using Rollups.Messaging.Tests.Nodes;
using Rollups.Testing;

namespace Rollups.Messaging.Tests.Brokers;

/// <summary>Servers that a test program starts for itself.</summary>
[NeedsServers]
public sealed class ServerOwnerTests
{
    [Theory]
    [InlineData("postgres")]
    [InlineData("rabbitmq")]
    public async Task A_server_ends_with_the_program_it_was_started_for_even_when_that_is_killed(string name)
    {
        var folder = Directory.CreateTempSubdirectory("rollups-owner-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var script = Path.Combine(RepositoryFolder.Path, "eng", "servers", name + ".sh");
        using var owner = Process.Start(
            new ProcessStartInfo(
                "bash",
                ["-c", "ROLLUPS_SERVER_OWNER=$$ bash \"$0\" start \"$1\"; read", script, Path.Combine(folder, name)]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
                RedirectStandardError = true,
            }
        )!;
        (await owner.StandardOutput.ReadLineAsync(Patience.Token)).ShouldNotBeNullOrEmpty();

        owner.Kill();

        while (Directory.Exists(folder))
            await Task.Delay(50, Patience.Token);
    }
}
