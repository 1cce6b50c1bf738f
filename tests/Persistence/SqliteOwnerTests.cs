using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Rollups.Settings;

namespace Rollups.Persistence.Tests;

/// <summary>SQLite serves one process: leases and the order of writers live in it.</summary>
public sealed class SqliteOwnerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rollups-owner-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string DatabaseFile => Path.Combine(_folder, "rollups.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_second_process_is_refused_with_one_sentence_until_the_first_is_killed()
    {
        using (var first = await OwnerAsync())
        {
            await using var second = new ProcessServices("sqlite", $"Data Source={DatabaseFile}");
            var refused = await Should.ThrowAsync<OperatorException>(() => second.Migrator.MigrateAsync(Token));
            refused.Message.ShouldContain("Another process uses the database");
            refused.Message.ShouldContain(DatabaseFile);
            refused.Message.ShouldNotContain('\n');
            File.Exists(DatabaseFile).ShouldBeFalse();

            first.Kill(entireProcessTree: true);
            await first.WaitForExitAsync(Token);
            await MigratesAsync(second);
        }
    }

    [Fact]
    public async Task Hosts_of_one_process_share_a_file_and_the_last_one_leaves_it_to_others()
    {
        await using (var one = new ProcessServices("sqlite", $"Data Source={DatabaseFile}"))
        {
            await one.Migrator.MigrateAsync(Token);
            await using (var other = new ProcessServices("sqlite", $"Data Source={DatabaseFile}"))
                await other.Migrator.MigrateAsync(Token);
            (await TryOwnAsync()).ShouldBeFalse();
        }

        (await TryOwnAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_is_known_by_another_name_too()
    {
        await using var one = new ProcessServices("sqlite", $"Data Source={DatabaseFile}");
        await one.Migrator.MigrateAsync(Token);
        var link = Path.Combine(_folder, "link.db");
        File.CreateSymbolicLink(link, DatabaseFile);

        using (SqliteFileLock.Take(link))
            File.Exists(link + ".lock").ShouldBeFalse();
    }

    /// <summary>Another process with the lock, which it has when it has written its word.</summary>
    private async Task<Process> OwnerAsync()
    {
        var owner = Process.Start(
            new ProcessStartInfo("flock", ["-n", DatabaseFile + ".lock", "sh", "-c", "echo locked; exec sleep 1000"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        (await owner.StandardOutput.ReadLineAsync(Token)).ShouldBe("locked");
        return owner;
    }

    private async Task<bool> TryOwnAsync()
    {
        using var owner = Process.Start("flock", ["-n", DatabaseFile + ".lock", "true"]);
        await owner.WaitForExitAsync(Token);
        return owner.ExitCode == 0;
    }

    /// <summary>A killed process is gone a moment before its locks are.</summary>
    private static async Task MigratesAsync(ProcessServices process)
    {
        while (true)
        {
            try
            {
                await process.Migrator.MigrateAsync(Token);
                return;
            }
            catch (OperatorException exception) when (exception.Message.Contains("Another process", StringComparison.Ordinal))
            {
                await Task.Delay(20, Token);
            }
        }
    }
}
