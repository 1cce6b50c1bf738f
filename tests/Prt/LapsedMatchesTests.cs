using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Prt.Tests;

/// <summary>For how long a match that nobody can win holds up an epoch is seen in the log and in a gauge.</summary>
public sealed class LapsedMatchesTests
{
    private static readonly Application App = new()
    {
        Id = 7,
        Name = $"lapsed-{Guid.NewGuid():N}",
        Address = default,
        ConsensusAddress = default,
        InputBoxAddress = default,
        InputBoxBlock = 1,
        DeploymentBlock = 1,
        TemplateHash = default,
        TemplateUri = "echo:",
        EpochLength = 0,
        ConsensusType = ConsensusType.Prt,
    };

    [Fact]
    public void It_is_told_at_first_and_whenever_the_time_has_doubled_and_the_gauge_follows_every_look()
    {
        var log = new RecordedLog();
        var blocks = new List<long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry.MeterName && instrument.Name == "rollups.prt.blocked")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, value, tags, _) =>
            {
                if (tags.ToArray().Any(tag => (string?)tag.Value == App.Name))
                    blocks.Add(value);
            }
        );
        listener.Start();
        var lapsed = new LapsedMatches(log.CreateLogger<LapsedMatches>());
        // One block of 100 is left to the one from block 100 on, none to the other: out at 201.
        var match = new RunningMatch(
            new TournamentMatch { IdHash = Keccak256.Hash("match"u8.ToArray()) },
            new JoinedCommitment(100, 100, default),
            new JoinedCommitment(1, 0, default)
        );
        var epoch = new Epoch { Index = 3, Status = EpochStatus.ClaimSubmitted };

        for (var head = 199UL; head <= 211; head++)
            lapsed.Report(App, epoch, head < match.LapsesAt ? [] : [match], head, isEliminated: true);
        lapsed.Report(App, epoch, [], 212, isEliminated: true);

        blocks.ShouldBe([0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0]);
        log.Lines.Select(line => line.Level).ShouldAllBe(level => level == LogLevel.Warning);
        log.Lines.Select(line => line.Text[(line.Text.IndexOf("has held", StringComparison.Ordinal))..].Split(',')[0])
            .ShouldBe([.. new[] { 0, 1, 2, 4, 8 }.Select(count => $"has held up epoch 3 for {count} blocks")]);
        log.Lines.ShouldAllBe(line =>
            line.Text.Contains("since block 201") && line.Text.EndsWith("The node eliminates it.", StringComparison.Ordinal)
        );
    }
}
