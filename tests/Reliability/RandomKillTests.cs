using System.Globalization;
using Rollups.Reliability.Tests.Check;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests;

/// <summary>Every service is a process that may be killed at any moment, between real servers, under load.</summary>
[NeedsServers]
public sealed class RandomKillTests(RealServers servers)
{
    private const int Applications = 3;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan SettlingLimit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Services_killed_at_random_lose_nothing_repeat_nothing_and_claim_once()
    {
        var token = TestContext.Current.CancellationToken;
        var settings = SoakSettings.Read();
        await using var cluster = await NodeCluster.StartAsync(servers, settings.Replicas, new Dictionary<string, string>(), token);
        var witness = new EventWitness(cluster.Broker);
        await witness.BindAsync(token);
        await cluster.DeployAsync(Applications, token);
        await cluster.DeployDaveAsync(token);

        var killer = new RandomKiller(cluster, settings.Seed);
        await using (var load = InputLoad.Start(cluster, Pace))
        {
            await killer.RunAsync(settings.Kills, settings.MeanPause, token);
            await load.StopAsync(cluster, token);
        }

        var checker = new Checker(cluster, witness);
        var settling = await checker.SettleAsync(SettlingLimit, token);
        var verdict = await checker.JudgeAsync(token);
        var line = verdict.Line(killer.Kills);
        TestContext.Current.SendDiagnosticMessage($"{line}, settled in {settling.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
        if (settings.ResultFile is { } file)
            await File.WriteAllLinesAsync(file, [.. verdict.Findings, $"seed {settings.Seed}, processes of each service {settings.Replicas}, settled {settling.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s after the last kill", line], token);
        verdict.IsClean.ShouldBeTrue(string.Join(Environment.NewLine, [line, .. verdict.Findings.Take(30)]));
    }
}
