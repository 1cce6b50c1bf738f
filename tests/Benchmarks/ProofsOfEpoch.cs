using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.HopWork;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>
/// An epoch of many outputs in the Validator, a process of its own on RabbitMQ and PostgreSQL: from the commit of its processed inputs to
/// the stored claim with all proofs. In turn with hashing alone: the leaf of each output, and every new node of the tree.
/// </summary>
internal static class ProofsOfEpoch
{
    private const int Many = 100_000;
    private const int Few = 10_000;
    private const int PayloadBytes = 128;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(Report report)
    {
        var rounds = report.IsQuick ? 1 : 2;
        var (few, many) = (new List<Measure>(), new List<Measure>());
        for (var round = 0; round < rounds; round++)
        {
            few.Add(await MeasureAsync(report, Few));
            many.Add(await MeasureAsync(report, Many));
        }

        var (small, large) = (few.MinBy(one => one.Claim)!, many.MinBy(one => one.Claim)!);
        report.Row(
            new Row(
                "proofs and claim of an epoch with 100,000 outputs",
                large.Claim.TotalSeconds,
                "s",
                large.Claim / large.Hashing,
                $"hashing alone ({Row.Number(large.Hashing.TotalSeconds)} s)",
                Goal.AtMost(3)
            )
        );
        var (peakFew, peakMany) = (few.Min(one => one.Memory), many.Min(one => one.Memory));
        report.Row(
            new Row(
                "peak memory of the Validator, 100,000 outputs",
                peakMany,
                "MB",
                peakMany / peakFew,
                $"10,000 outputs ({Row.Number(peakFew)} MB)",
                Goal.AtMost(1.25)
            )
        );
        report.Table(
            $"Proofs and claim of an epoch, the better of {rounds} runs",
            ["outputs", "claim s", "hashing alone s", "ratio", "outputs/s", "peak memory MB"],
            Columns(Few, small, peakFew),
            Columns(Many, large, peakMany)
        );
    }

    private static string[] Columns(int outputs, Measure one, double memory) =>
        [
            outputs.ToString("N0", CultureInfo.InvariantCulture),
            Row.Number(one.Claim.TotalSeconds),
            Row.Number(one.Hashing.TotalSeconds),
            Row.Number(one.Claim / one.Hashing),
            Row.Number(outputs / one.Claim.TotalSeconds),
            Row.Number(memory),
        ];

    private static async Task<Measure> MeasureAsync(Report report, int outputs)
    {
        var deployment = await report.Servers.DeployedAsync();
        await using var node = await BenchmarkNode.StartAsync(deployment);
        var ids = await ClosedEpochs.AddApplicationsAsync(node.Unit, 2, CancellationToken.None);
        await using var validator = ServiceProgram.Start(deployment, "validator");
        // The first application warms the process up.
        await AddEpochAsync(node, deployment, ids[0], Payloads(2000));
        await CompleteAsync(node, ids[0], Hash(Payloads(2000)));
        await ServiceProgram.UntilAsync(validator, "The first claim", () => HasClaimAsync(node, ids[0]), Limit);

        var rows = Payloads(outputs);
        await AddEpochAsync(node, deployment, ids[1], rows);
        await BulkRows.ExecuteAsync(deployment.Settings["Database:ConnectionString"]!, "CHECKPOINT");
        Hash(Payloads(5000));
        var began = Stopwatch.GetTimestamp();
        var root = Hash(rows);
        var hashing = Stopwatch.GetElapsedTime(began);
        rows = [];
        await CompleteAsync(node, ids[1], root);
        began = Stopwatch.GetTimestamp();
        await ServiceProgram.UntilAsync(validator, "The claim", () => HasClaimAsync(node, ids[1]), Limit);
        var claim = Stopwatch.GetElapsedTime(began);
        await EnsureProvenAsync(node, ids[1], outputs, root);
        var measure = new Measure(claim, hashing, ServiceProgram.PeakMemory(validator));
        await Console.Error.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {outputs} outputs: {claim.TotalSeconds:0.00} s, hashing {hashing.TotalSeconds:0.00} s, {measure.Memory:0} MB"
            )
        );
        return measure;
    }

    private static List<byte[]> Payloads(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(number =>
                {
                    var payload = new byte[PayloadBytes];
                    BitConverter.TryWriteBytes(payload, number);
                    return Outputs.Notice(payload);
                }),
        ];

    private static Hash32 Hash(List<byte[]> outputs)
    {
        var nodes = outputs.ConvertAll(output => Keccak256.Hash(output));
        for (var level = 0; level < OutputsMerkleTree.Height; level++)
        {
            var parents = new List<Hash32>((nodes.Count + 1) / 2);
            for (var left = 0; left < nodes.Count; left += 2)
                parents.Add(Keccak256.Hash(nodes[left], left + 1 < nodes.Count ? nodes[left + 1] : OutputsMerkleTree.Pristine(level)));
            nodes = parents;
        }

        return nodes[0];
    }

    /// <summary>The last page of the API is as good a sample as any: its proofs lead to the claim.</summary>
    private static async Task EnsureProvenAsync(BenchmarkNode node, int id, int count, Hash32 root)
    {
        var last = await node.ReadAsync(db =>
            db.Outputs.AsNoTracking().Where(row => row.ApplicationId == id).OrderByDescending(row => row.Index).Take(1000).ToListAsync()
        );
        var proofs = await node.ReadAsync(db => OutputProofs.ReadAsync(db, last, CancellationToken.None));
        if (
            last[0].Index != (ulong)count - 1
            || last.Any(row => OutputsMerkleTree.Fold(row.Index, Keccak256.Hash(row.RawData), proofs.Of(row)!) != root)
        )
            throw new InvalidOperationException($"Not each of the {count} outputs has a proof that leads to the claim.");
    }

    /// <summary>An epoch, closed, with one input that made all outputs.</summary>
    private static async Task AddEpochAsync(BenchmarkNode node, Deployment deployment, int id, List<byte[]> outputs)
    {
        await node.ReadAsync(async db =>
        {
            db.Add(
                new Epoch
                {
                    ApplicationId = id,
                    LastBlock = 9,
                    Status = EpochStatus.Closed,
                    InputIndexUpperBound = 1,
                }
            );
            db.Add(
                new Input
                {
                    ApplicationId = id,
                    RawData = [1],
                    TransactionHash = Keccak256.Hash(BitConverter.GetBytes(id)),
                    Status = InputStatus.Accepted,
                    MachineHash = Hash32.Zero,
                    OutputsMerkleRoot = Hash(outputs),
                }
            );
            return await db.SaveChangesAsync();
        });
        await BulkRows.CopyOutputsAsync(deployment.Settings["Database:ConnectionString"]!, id, outputs);
    }

    private static Task<bool> CompleteAsync(BenchmarkNode node, int id, Hash32 root) =>
        node.Unit.ExecuteAsync(
            async (scope, token) =>
            {
                var application = await scope.Db.Applications.AsNoTracking().SingleAsync(row => row.Id == id, token);
                var epoch = await scope.Db.Epochs.AsNoTracking().SingleAsync(row => row.ApplicationId == id, token);
                var proof = new byte[59 * Hash32.Size];
                var state = new ProvenState(Hash32.Zero, root, proof, Hash32.Zero, proof, Hash32.Zero, proof);
                return await scope.Transitions.CompleteInputsAsync(application, epoch, state, DateTimeOffset.UtcNow, token);
            },
            CancellationToken.None
        );

    private static Task<bool> HasClaimAsync(BenchmarkNode node, int id) =>
        node.ReadAsync(db => db.Epochs.AnyAsync(row => row.ApplicationId == id && row.Status == EpochStatus.ClaimCalculated));

    private sealed record Measure(TimeSpan Claim, TimeSpan Hashing, double Memory);
}
