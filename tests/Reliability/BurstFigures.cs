using System.Globalization;
using Rollups.Reliability.Tests.Cluster;

namespace Rollups.Reliability.Tests;

/// <summary>What a burst showed.</summary>
internal sealed class BurstFigures
{
    /// <summary>Inputs of the large application.</summary>
    public int Inputs { get; init; }

    /// <summary>Inputs that were stored while their consumer stood still.</summary>
    public int Stored { get; set; }

    /// <summary>From the begin of the burst until all were stored.</summary>
    public TimeSpan Storing { get; set; }

    /// <summary>How long the consumers stood still.</summary>
    public TimeSpan Pause { get; set; }

    /// <summary>From the end of the pause until the last input had been run.</summary>
    public TimeSpan CatchUp { get; set; }

    /// <summary>Rows of the outbox, at most.</summary>
    public int Outbox { get; private set; }

    /// <summary>Messages of the paused saga's queue, at most.</summary>
    public int SagaQueue { get; set; }

    /// <summary>From the saga's going on until it had told every epoch.</summary>
    public TimeSpan SagaCatchUp { get; set; }

    /// <summary>Inputs of the large application that were run before the last one of a small application.</summary>
    public int SmallWaitedFor { get; set; }

    /// <summary>Peak of resident memory by service, in MiB.</summary>
    public IReadOnlyList<(string Service, long Peak)> Memory { get; private set; } = [];

    public void Saw(int outbox) => Outbox = Math.Max(Outbox, outbox);

    public async Task MeasureMemoryAsync(NodeCluster cluster, CancellationToken cancellationToken) =>
        Memory = [
            .. await Task.WhenAll(
                cluster.Processes.Select(async process => (process.Service, await process.PeakMemoryAsync(cancellationToken) >> 20))
            ),
        ];

    /// <summary>The one line.</summary>
    public string Line() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"inputs {Inputs}, stored while paused {Stored} in {Storing.TotalSeconds:0.0} s, paused {Pause.TotalSeconds:0} s, outbox at "
                + $"most {Outbox}, saga queue at most {SagaQueue}, catch-up {CatchUp.TotalSeconds:0.0} s "
                + $"({Inputs / CatchUp.TotalSeconds:0} inputs/s), saga catch-up {SagaCatchUp.TotalSeconds:0.0} s, small applications "
                + $"waited for {SmallWaitedFor} inputs, peak MiB "
                + $"{string.Join(' ', Memory.Select(entry => $"{entry.Service} {entry.Peak}"))}"
        );
}
