using System.Globalization;
using Rollups.Reliability.Tests.Check;
using Rollups.Reliability.Tests.Cluster;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Outages;

/// <summary>Every service is a process that may be killed at any moment, between real servers, under load.</summary>
[NeedsServers]
public sealed class RandomKillTests(RealServers servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_killed_at_random_lose_nothing_repeat_nothing_and_claim_once()
    {
        var settings = SoakSettings.Read();
        await using var trial = await Trial.StartAsync(servers, settings.Replicas, applications: 3, withDave: true);
        var killer = new RandomKiller(trial.Cluster, settings.Seed);
        await using (var load = trial.Load())
        {
            await killer.RunAsync(settings.Kills, settings.MeanPause, Cancel);
            await load.StopAsync(trial.Cluster, Cancel);
        }

        await trial.ShouldSettleAsync(
            killer.Kills,
            (verdict, settling) => settings.ResultFile is { } file ? WriteAsync(file, settings, verdict, settling) : Task.CompletedTask
        );
    }

    private static Task WriteAsync(string file, SoakSettings settings, Verdict verdict, TimeSpan settling) =>
        File.WriteAllLinesAsync(
            file,
            [
                .. verdict.Findings,
                $"seed {settings.Seed}, processes of each service {settings.Replicas}, settled "
                    + $"{settling.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s after the last kill",
                verdict.Line(settings.Kills),
            ],
            Cancel
        );
}
