using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.HopWork;
using Rollups.Machines;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>
/// Inputs per second from stored inputs to stored results: the Advancer as a process of its own on RabbitMQ and PostgreSQL, in turn with a
/// bare client that writes the same rows on the same server, one transaction per input.
/// </summary>
internal static class AdvanceThroughput
{
    private const int Rounds = 3;
    private const int PayloadBytes = 256;
    private const int ManyApplications = 20;
    private const int WarmUp = 400;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(Report report)
    {
        var (inputs, inputsOfEach) = (Size("ROLLUPS_BENCH_INPUTS", 3000), Size("ROLLUPS_BENCH_INPUTS_OF_EACH", 300));
        List<(double Bare, double One, double Many)> rounds = [];
        for (var round = 0; round < Rounds; round++)
        {
            var bare = await BareAsync(await report.Servers.DeployedAsync(), inputs);
            var one = await ServiceAsync(await report.Servers.DeployedAsync(), 1, inputs);
            var many = await ServiceAsync(await report.Servers.DeployedAsync(), ManyApplications, inputsOfEach);
            rounds.Add((bare, one, many));
            await Console.Error.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  bare {bare:0}, one application {one:0}, {ManyApplications} {many:0} inputs/s"
                )
            );
        }

        var (floor, single, twenty) = (
            Median(rounds.Select(round => round.Bare)),
            Median(rounds.Select(round => round.One)),
            Median(rounds.Select(round => round.Many))
        );
        report.Table(
            $"Results of inputs stored on RabbitMQ + PostgreSQL, medians of {Rounds} rounds",
            ["what", "inputs/s", "ratio to the bare client"],
            Row($"bare client, one transaction per input, {inputs} inputs", floor, floor),
            Row($"Advancer, one application, {inputs} inputs", single, floor),
            Row($"Advancer, {ManyApplications} applications, {inputsOfEach} inputs each", twenty, floor)
        );
        report.Ratio(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Advancer: it stores {single / floor:0.0} times as many inputs per second for one application as a bare client with one "
                    + $"transaction per input, and {twenty / floor:0.0} times as many for {ManyApplications}."
            )
        );
    }

    private static string[] Row(string what, double rate, double floor) =>
        [what, rate.ToString("0", CultureInfo.InvariantCulture), (rate / floor).ToString("0.00", CultureInfo.InvariantCulture)];

    private static async Task<double> BareAsync(Deployment deployment, int inputs)
    {
        await using var node = await BenchmarkNode.BuildAsync(deployment);
        var id = (await ClosedEpochs.AddApplicationsAsync(node.Unit, 1, CancellationToken.None, await EchoTemplate.HashAsync()))[0];
        await StoreAsync(node, id, 1, inputs);
        await using var machine = await new ServiceCollection()
            .AddMachines()
            .BuildServiceProvider()
            .GetServices<IMachineFactory>()
            .For("echo:")
            .CreateAsync("echo:", ClosedEpochs.Address(1), CancellationToken.None);
        var results = new List<AdvanceResult>();
        var machineBegan = Stopwatch.GetTimestamp();
        for (var index = 0; index < inputs; index++)
        {
            results.Add(await machine.AdvanceAsync((ulong)index, Input(index), CancellationToken.None));
            await machine.AdoptAsync(CancellationToken.None);
        }

        var machineAlone = Stopwatch.GetElapsedTime(machineBegan).TotalMilliseconds / inputs;
        await Console.Error.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"    the echo machine alone: {machineAlone:0.000} ms per input")
        );
        await using var client = await BareClient.ConnectAsync(deployment.Settings["Database:ConnectionString"]!, id);
        var began = Stopwatch.GetTimestamp();
        for (var index = 0; index < inputs; index++)
            await client.StoreAsync(index, results[index]);
        return inputs / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>
    /// The first inputs of each application build its machine and warm the process up. The measured ones are stored while the process is
    /// paused: the time counts what the Advancer does, and nothing else.
    /// </summary>
    private static async Task<double> ServiceAsync(Deployment deployment, int applications, int inputs)
    {
        await using var node = await BenchmarkNode.StartAsync(deployment);
        var ids = await ClosedEpochs.AddApplicationsAsync(node.Unit, applications, CancellationToken.None, await EchoTemplate.HashAsync());
        var environment = deployment
            .Settings.Append(new("Health:Address", "127.0.0.1:0"))
            .Append(new("Inspect:Address", "127.0.0.1:0"))
            .Append(new("Ethereum:ChainId", "31337"))
            .ToDictionary(setting => "ROLLUPS_" + setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value!);
        await using var service = ProgramProcess.Start(
            "dotnet",
            [PublishedProgram.Find("Rollups.Node.dll"), "--services", "advancer"],
            environment
        );
        var warmUp = WarmUp / applications;
        for (var i = 0; i < applications; i++)
            await StoreAsync(node, ids[i], i + 1, warmUp);
        await UntilAsync(node, service, applications * warmUp);
        await service.PauseAsync(CancellationToken.None);
        for (var i = 0; i < applications; i++)
            await StoreAsync(node, ids[i], i + 1, inputs, first: warmUp);
        var process = Process.GetProcessById(service.Id);
        var (began, cpu) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        await service.ContinueAsync(CancellationToken.None);
        await UntilAsync(node, service, applications * (inputs + warmUp));
        var rate = applications * inputs / Stopwatch.GetElapsedTime(began).TotalSeconds;
        process.Refresh();
        var cpuPerInput = (process.TotalProcessorTime - cpu).TotalMilliseconds / (applications * inputs);
        await Console.Error.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"    {applications} application(s): {cpuPerInput:0.000} ms of the Advancer's CPU per input"
            )
        );
        return rate;
    }

    private static async Task UntilAsync(BenchmarkNode node, ProgramProcess service, long inputs)
    {
        var began = Stopwatch.GetTimestamp();
        while (await node.ReadAsync(db => db.Applications.SumAsync(app => (long)app.ProcessedInputs)) < inputs)
        {
            if (service.HasExited || Stopwatch.GetElapsedTime(began) > Limit)
                throw new InvalidOperationException("The Advancer has not run all inputs:\n" + string.Join('\n', service.Lines));
            await Task.Delay(10);
        }
    }

    /// <summary>
    /// Inputs of an epoch of their own, and the event that announces them. The warm-up's epoch is closed, the other stays open.
    /// </summary>
    private static Task<int> StoreAsync(BenchmarkNode node, int id, int application, int inputs, int first = 0) =>
        node.Unit.ExecuteAsync(
            async (scope, token) =>
            {
                var now = DateTimeOffset.UtcNow;
                var row = await scope.Db.Applications.SingleAsync(app => app.Id == id, token);
                var epoch = first == 0 ? 0UL : 1;
                var bounds = new EpochBounds(epoch, epoch * 10, (epoch * 10) + 9, (ulong)first, (ulong)(first + inputs));
                await scope.Transitions.OpenAsync(row, bounds, epoch, now, token);
                if (first == 0)
                    await scope.Transitions.CloseAsync(row, bounds, now, token);
                await scope.Transitions.ReceiveInputsAsync(
                    row,
                    [
                        .. Enumerable
                            .Range(first, inputs)
                            .Select(index => new Input
                            {
                                ApplicationId = id,
                                Index = (ulong)index,
                                EpochIndex = epoch,
                                BlockNumber = epoch * 10,
                                RawData = Input(index),
                                TransactionHash = Keccak256.Hash([.. BitConverter.GetBytes(application), .. BitConverter.GetBytes(index)]),
                                CreatedAt = now,
                                UpdatedAt = now,
                            }),
                    ],
                    now,
                    token
                );
                return 0;
            },
            CancellationToken.None
        );

    private static byte[] Input(int index)
    {
        var payload = new byte[PayloadBytes];
        BitConverter.TryWriteBytes(payload, index);
        return new EvmAdvance(31337, Address.Zero, ClosedEpochs.Address(7), 1, 1, Hash32.Zero, (ulong)index, payload).Encode();
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static int Size(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } size ? int.Parse(size, CultureInfo.InvariantCulture) : otherwise;
}
