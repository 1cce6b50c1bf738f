namespace Rollups.Benchmarks;

/// <summary>One benchmark, chosen by its name.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="RunAsync">Measures.</param>
/// <param name="HasGoal">Whether it gives rows with goals, and so runs when none is named.</param>
/// <param name="IsQuick">Whether it runs under <c>--quick</c>.</param>
internal sealed record Benchmark(string Name, Func<Report, Task> RunAsync, bool HasGoal = false, bool IsQuick = false)
{
    /// <summary>All, in the order of the document.</summary>
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        new("advance", AdvanceThroughput.RunAsync, HasGoal: true, IsQuick: true),
        new("store", StoredInputs.RunAsync, HasGoal: true),
        new("proofs", ProofsOfEpoch.RunAsync, HasGoal: true),
        new("catchup", CatchUp.RunAsync, HasGoal: true),
        new("hops", HopLatency.RunAsync, HasGoal: true, IsQuick: true),
        new("epoch", EpochLatency.RunAsync, HasGoal: true, IsQuick: true),
        new("idle", IdleLoad.RunAsync, HasGoal: true),
        new("scale", ReplicaScale.RunAsync, HasGoal: true),
        new("growth", Growth.RunAsync, HasGoal: true),
        new("start", StartUp.RunAsync, HasGoal: true),
        new("outbox", OutboxThroughput.RunAsync),
        new("inputs", InputBatch.RunAsync),
        new("fairness", HeavyApplications.RunAsync),
        new("push", FeedLoad.RunAsync, HasGoal: true),
        new("hostile", HostileLoad.RunAsync),
        new("l1", L1Client.RunAsync),
        new("machine", MachineOverhead.RunAsync),
    ];
}
