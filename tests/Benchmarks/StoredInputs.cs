using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Form;
using Rollups.EvmReader.Head;
using Rollups.EvmReader.Store;
using Rollups.HopWork;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Benchmarks;

/// <summary>
/// Inputs that the EvmReader stores on PostgreSQL with its own stage of the pass: lock and fence, checks against the stored history,
/// epochs, cursor, events. In turn with a binary COPY of the same rows into the same table, as many per transaction.
/// </summary>
internal static class StoredInputs
{
    private const int Inputs = 20_000;
    private const int PerTransaction = 500;
    private const int PerBlock = 50;
    private const int PayloadBytes = 256;
    private const int Rounds = 3;
    private static readonly Address Application = ClosedEpochs.Address(1);

    public static async Task RunAsync(Report report)
    {
        List<(double Reader, double Copy)> rounds = [];
        for (var round = 0; round <= Rounds; round++)
        {
            var copy = await CopyAsync(await report.Servers.DeployedAsync());
            var reader = await StoreAsync(await report.Servers.DeployedAsync());
            await Console.Error.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"  EvmReader {reader:0}, COPY {copy:0} inputs/s")
            );
            // The first round only warms up.
            if (round > 0)
                rounds.Add((reader, copy));
        }

        var (stored, floor) = (rounds.Select(round => round.Reader).Order().ElementAt(Rounds / 2), rounds.Max(round => round.Copy));
        report.Row(
            new Row(
                "inputs stored by the EvmReader",
                stored,
                "inputs/s",
                stored / floor,
                $"bare COPY of the same rows ({Row.Number(floor)} inputs/s)",
                Goal.AtLeast(0.5)
            )
        );
    }

    private static async Task<double> StoreAsync(Deployment deployment)
    {
        await using var node = await BenchmarkNode.StartAsync(deployment);
        var id = (await ClosedEpochs.AddApplicationsAsync(node.Unit, 1, CancellationToken.None))[0];
        var database = node.Services.GetRequiredService<IDatabaseProvider>();
        await using var lease = (await database.TryAcquireLeaseAsync("evm-reader:31337", CancellationToken.None))!;
        var store = new StoreInputs(
            node.Unit,
            database,
            new ChainPolicy(Options.Create(new EthereumOptions { ChainId = 31337 })),
            TimeProvider.System,
            NullLogger.Instance
        );
        var app = new ObservedApplication(
            id,
            "echo-1",
            Application,
            default,
            1,
            1,
            ConsensusType.Authority,
            default,
            0,
            0,
            0,
            null,
            null,
            null
        );
        var head = new ObservedHead(lease, new BlockHeader(1_000_000, Hash32.Zero, Hash32.Zero, 1, 1));
        var batches = All()
            .Chunk(PerTransaction)
            .Select(
                (inputs, i) =>
                    new Rollups.EvmReader.Form.InputBatch(
                        (ulong)(i * PerTransaction),
                        [],
                        inputs,
                        inputs[^1].Log.BlockNumber - 1,
                        FoundSeals.None
                    )
            )
            .ToList();
        var began = Stopwatch.GetTimestamp();
        var (done, isComplete) = await store.RunAsync(head, app, batches, CancellationToken.None);
        var time = Stopwatch.GetElapsedTime(began);
        return isComplete && done == batches.Count
            ? Inputs / time.TotalSeconds
            : throw new InvalidOperationException($"Only {done} of {batches.Count} batches were stored.");
    }

    private static async Task<double> CopyAsync(Deployment deployment)
    {
        await using var node = await BenchmarkNode.BuildAsync(deployment);
        var id = (await ClosedEpochs.AddApplicationsAsync(node.Unit, 1, CancellationToken.None))[0];
        var inputs = All();
        await node.ReadAsync(async db =>
        {
            db.AddRange(
                inputs
                    .Select(input => Epoch(input.Log))
                    .Distinct()
                    .Select(index => new Epoch
                    {
                        ApplicationId = id,
                        Index = index,
                        VirtualIndex = index - Epoch(inputs[0].Log),
                        FirstBlock = index * 10,
                        LastBlock = (index * 10) + 9,
                        Status = EpochStatus.Open,
                    })
            );
            return await db.SaveChangesAsync();
        });
        await using var connection = new NpgsqlConnection(deployment.Settings["Database:ConnectionString"]);
        await connection.OpenAsync();
        var began = Stopwatch.GetTimestamp();
        foreach (var batch in inputs.Chunk(PerTransaction))
            await CopyAsync(connection, id, batch);
        return Inputs / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, int id, InputAdded[] batch)
    {
        var now = DateTime.UtcNow;
        await using var writer = await connection.BeginBinaryImportAsync(
            """
            COPY inputs (application_id, "index", epoch_index, block_number, block_hash, raw_data, transaction_hash, log_index, status,
                created_at, updated_at) FROM STDIN (FORMAT BINARY)
            """
        );
        foreach (var input in batch)
        {
            await writer.StartRowAsync();
            await writer.WriteAsync(id);
            await writer.WriteAsync((long)input.Index);
            await writer.WriteAsync((long)Epoch(input.Log));
            await writer.WriteAsync((long)input.Log.BlockNumber);
            await writer.WriteAsync(input.Log.BlockHash.ToByteArray());
            await writer.WriteAsync(input.Data);
            await writer.WriteAsync(input.Log.TransactionHash.ToByteArray());
            await writer.WriteAsync((long)input.Log.LogIndex);
            await writer.WriteAsync("NONE");
            await writer.WriteAsync(now);
            await writer.WriteAsync(now);
        }

        await writer.CompleteAsync();
    }

    private static ulong Epoch(LogEntry log) => log.BlockNumber / 10;

    /// <summary>A transaction each, as users send them.</summary>
    private static List<InputAdded> All() =>
        [
            .. Enumerable
                .Range(0, Inputs)
                .Select(index =>
                {
                    var block = 10 + (ulong)(index / PerBlock);
                    var (hash, transaction) = (Hash(block), Hash(1_000_000 + (ulong)index));
                    var payload = new byte[PayloadBytes];
                    new Random(index).NextBytes(payload);
                    var data = new EvmAdvance(31337, Application, Application, block, block, Hash32.Zero, (ulong)index, payload).Encode();
                    return new InputAdded(
                        Application,
                        (ulong)index,
                        data,
                        new LogEntry(default, [], [], block, hash, transaction, (ulong)(index % PerBlock))
                    );
                }),
        ];

    private static Hash32 Hash(ulong number) => Keccak256.Hash(BitConverter.GetBytes(number));
}
