using Rollups.Testing;

namespace Rollups.Node.Tests;

/// <summary>
/// What an operator reads of an outage: one sentence when it begins and one when it is over, however long it lasts and whoever meets it.
/// </summary>
[NeedsServers]
public sealed class OutageLogTests(RealServers servers) : IClassFixture<RealServers>
{
    // Each is a question to every server, beside syncs and sweeps of a second.
    private const int Questions = 30;

    private static readonly string[] Levels = ["warn", "fail", "crit"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_outage_of_the_database_and_one_of_the_broker_are_a_sentence_each()
    {
        var postgres = await servers.PostgresAsync();
        var rabbit = await servers.RabbitMqAsync();
        var broker = await RabbitMqServer.CreateVirtualHostAsync(rabbit, Cancel);
        (string, string)[] settings =
        [
            ("Ethereum__ChainId", "31337"),
            ("Database__Provider", "postgresql"),
            ("Database__ConnectionString", await PostgresServer.CreateDatabaseAsync(postgres, Cancel)),
            ("Services__Advancer__SyncInterval", "00:00:01"),
            ("Services__Validator__SyncInterval", "00:00:01"),
            ("Services__Lifecycle__SyncInterval", "00:00:01"),
            .. broker.Settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value!)),
        ];
        using var node = NodeProcess.Start(["--services", "advancer,validator,lifecycle"], settings);
        await node.ReadyAsync();
        Loud(node).ShouldBeEmpty();
        using var http = new HttpClient { BaseAddress = new Uri(await node.ListeningAsync()) };
        http.DefaultRequestHeaders.Accept.Add(new("text/plain"));

        await postgres.HaltAsync(Cancel);
        await SaysAsync(node, "The database is unavailable");
        await AskAsync(http, "database Unhealthy", Questions);
        await postgres.ResumeAsync(Cancel);
        await SaysAsync(node, "The database is available again");
        await AskAsync(http, "ready", 1, exactly: true);
        Loud(node).ShouldHaveSingleItem().ShouldContain("The database is unavailable");

        await rabbit.HaltAsync(Cancel);
        await AskAsync(http, "Degraded", Questions);
        await rabbit.ResumeAsync(Cancel);
        await AskAsync(http, "ready", 1, exactly: true);
        Loud(node)
            .Where(line => !line.Contains("The database is unavailable", StringComparison.Ordinal))
            .Count()
            .ShouldBeLessThanOrEqualTo(1);

        node.Terminate();
        var (exitCode, error, _) = await node.EndAsync();
        exitCode.ShouldBe(0);
        error.ShouldBeEmpty();
    }

    private static List<string> Loud(NodeProcess node) =>
        [.. node.Lines.Where(line => Levels.Any(level => line.Contains($"Z {level}: ", StringComparison.Ordinal)))];

    private static async Task SaysAsync(NodeProcess node, string words)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Hang.Limit);
        while (!node.Lines.Any(line => line.Contains(words, StringComparison.Ordinal)))
            await Task.Delay(50, limit.Token);
    }

    /// <summary>Asks until the node has answered so many times with those words, a quarter of a second apart.</summary>
    private static async Task AskAsync(HttpClient http, string words, int times, bool exactly = false)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Hang.Limit);
        while (times > 0)
        {
            using var answer = await http.GetAsync(new Uri("readyz", UriKind.Relative), limit.Token);
            var text = (await answer.Content.ReadAsStringAsync(limit.Token)).Trim();
            if (exactly ? text.EndsWith(": " + words, StringComparison.Ordinal) : text.Contains(words, StringComparison.Ordinal))
                times--;
            await Task.Delay(250, limit.Token);
        }
    }
}
