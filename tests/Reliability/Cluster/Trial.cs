using System.Globalization;
using Rollups.Reliability.Tests.Check;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Cluster;

/// <summary>A cluster under load, with a witness from its first event on, that is judged when the load is over.</summary>
internal sealed class Trial : IAsyncDisposable
{
    private const int LinesOfEach = 12;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);

    private readonly Checker _checker;

    private Trial(NodeCluster cluster, EventWitness witness)
    {
        Cluster = cluster;
        _checker = new Checker(cluster, witness);
    }

    public NodeCluster Cluster { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts servers and services, and registers applications of an Authority, and one under Dave where wanted.</summary>
    public static async Task<Trial> StartAsync(
        RealServers servers,
        int replicas,
        int applications,
        bool withDave = false,
        IReadOnlyDictionary<string, string>? settings = null,
        bool behindProxy = false,
        ulong tournamentBlocks = NodeCluster.TournamentBlocks,
        string? wholeNode = null
    )
    {
        var cluster = await NodeCluster.StartAsync(
            servers,
            replicas,
            settings ?? new Dictionary<string, string>(),
            Cancel,
            behindProxy,
            wholeNode
        );
        try
        {
            var witness = new EventWitness(cluster.Broker);
            await witness.BindAsync(Cancel);
            await cluster.DeployAsync(applications, Cancel);
            if (withDave)
                await cluster.DeployDaveAsync(tournamentBlocks, Cancel);
            return new Trial(cluster, witness);
        }
        catch
        {
            Tell(cluster);
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Inputs at a steady pace from now on.</summary>
    public InputLoad Load() => InputLoad.Start(Cluster, Pace);

    /// <summary>
    /// Waits until all is done that the chain asks for, and fails where something is lost or repeated, with what each process said last.
    /// </summary>
    /// <param name="kills">For the line of figures.</param>
    /// <param name="report">Gets what was found, and the time it took, also when it fails.</param>
    /// <param name="limit">How long it may take; null for four minutes.</param>
    public async Task ShouldSettleAsync(int kills = 0, Func<Verdict, TimeSpan, Task>? report = null, TimeSpan? limit = null)
    {
        var settling = await _checker.SettleAsync(limit ?? Hang.Limit, Cancel);
        var verdict = await _checker.JudgeAsync(Cancel);
        Say($"{verdict.Line(kills)}, settled after", settling);
        if (report is not null)
            await report(verdict, settling);
        if (!verdict.IsClean)
            Tell(Cluster);
        verdict.IsClean.ShouldBeTrue(string.Join(Environment.NewLine, [verdict.Line(kills), .. verdict.Findings.Take(20)]));
        foreach (var process in Cluster.Processes)
            process.EnsureRunning();
    }

    /// <summary>Tells how long something took, where diagnostics are shown.</summary>
    public static void Say(string what, TimeSpan time) =>
        TestContext.Current.SendDiagnosticMessage($"{what} {time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    /// <summary>Adds to the test's output what each process said last: the reason for a failure is there.</summary>
    private static void Tell(NodeCluster cluster)
    {
        foreach (var process in cluster.Processes)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"--- {process.Service}, {(process.HasExited ? "ended" : "running")}:");
            foreach (var line in process.Lines.TakeLast(LinesOfEach))
                TestContext.Current.TestOutputHelper?.WriteLine(line.Length > 400 ? line[..400] : line);
        }
    }
}
