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
    private const int ManyApplications = 20;
    private const int WarmUp = 2000;

    public static async Task RunAsync(Report report)
    {
        var (inputs, inputsOfEach) = (Size("ROLLUPS_BENCH_INPUTS", 3000), Size("ROLLUPS_BENCH_INPUTS_OF_EACH", 300));
        List<(double Bare, Measured One, Measured Many)> rounds = [];
        for (var round = 0; round < Rounds; round++)
        {
            var bare = await BareAsync(await report.Servers.DeployedAsync(), inputs);
            var one = await ServiceAsync(await report.Servers.DeployedAsync(), 1, inputs);
            var many = await ServiceAsync(await report.Servers.DeployedAsync(), ManyApplications, inputsOfEach);
            rounds.Add((bare, one, many));
            await Console.Error.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  bare {bare:0}, one application {one.Rate:0}, {ManyApplications} {many.Rate:0} inputs/s"
                )
            );
        }

        var floor = Median(rounds.Select(round => round.Bare));
        // Of each round, because the machine's speed differs between rounds.
        var (single, twenty) = (
            Median(rounds.Select(round => round.One.Rate / round.Bare)),
            Median(rounds.Select(round => round.Many.Rate / round.Bare))
        );
        report.Table(
            $"Results of inputs stored on RabbitMQ + PostgreSQL, medians of {Rounds} rounds",
            ["what", "inputs/s", "ratio to the bare client"],
            Row($"bare client, one transaction per input, {inputs} inputs", floor, 1),
            Row($"Advancer, one application, {inputs} inputs", Median(rounds.Select(round => round.One.Rate)), single),
            Row(
                $"Advancer, {ManyApplications} applications, {inputsOfEach} inputs each",
                Median(rounds.Select(round => round.Many.Rate)),
                twenty
            )
        );
        report.Table(
            "Memory of the Advancer's process, the largest of all rounds",
            ["what", "inputs run", "MB"],
            Memory("one application", rounds.Select(round => round.One)),
            Memory($"{ManyApplications} applications", rounds.Select(round => round.Many))
        );
        foreach (
            var (name, rate, ratio) in ((string, double, double)[])
                [
                    ("one application", Median(rounds.Select(round => round.One.Rate)), single),
                    ($"{ManyApplications} applications", Median(rounds.Select(round => round.Many.Rate)), twenty),
                ]
        )
            report.Row(
                new Row(
                    $"Advancer, {name}",
                    rate,
                    "inputs/s",
                    ratio,
                    $"a bare client with one transaction per input ({Rollups.Benchmarks.Row.Number(floor)} inputs/s)",
                    Goal.AtLeast(3)
                )
            );
    }

    private static string[] Row(string what, double rate, double ratio) =>
        [what, rate.ToString("0", CultureInfo.InvariantCulture), ratio.ToString("0.00", CultureInfo.InvariantCulture)];

    private static string[] Memory(string what, IEnumerable<Measured> runs)
    {
        var largest = runs.MaxBy(run => run.Megabytes)!;
        return [what, largest.Inputs.ToString(CultureInfo.InvariantCulture), largest.Megabytes.ToString(CultureInfo.InvariantCulture)];
    }

    private static async Task<double> BareAsync(Deployment deployment, int inputs)
    {
        await using var node = await BenchmarkNode.BuildAsync(deployment);
        var id = (await ClosedEpochs.AddApplicationsAsync(node.Unit, 1, CancellationToken.None, await EchoTemplate.HashAsync()))[0];
        await WaitingInputs.StoreAsync(node, id, 1, inputs);
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
            results.Add(await machine.AdvanceAsync((ulong)index, WaitingInputs.Input(index), CancellationToken.None));
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
    private static async Task<Measured> ServiceAsync(Deployment deployment, int applications, int inputs)
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
            await WaitingInputs.StoreAsync(node, ids[i], i + 1, warmUp);
        await WaitingInputs.UntilFinishedAsync(deployment, service);
        await service.PauseAsync(CancellationToken.None);
        for (var i = 0; i < applications; i++)
            await WaitingInputs.StoreAsync(node, ids[i], i + 1, inputs, first: warmUp, epoch: 1, isLast: true);
        var process = Process.GetProcessById(service.Id);
        var (began, cpu) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        await service.ContinueAsync(CancellationToken.None);
        await WaitingInputs.UntilRunAsync(deployment, applications * (inputs + warmUp), service);
        var rate = applications * inputs / Stopwatch.GetElapsedTime(began).TotalSeconds;
        process.Refresh();
        var cpuPerInput = (process.TotalProcessorTime - cpu).TotalMilliseconds / (applications * inputs);
        await Console.Error.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"    {applications} application(s): {cpuPerInput:0.000} ms of the Advancer's CPU per input, "
                    + $"{process.WorkingSet64 >> 20} MB after {applications * (inputs + warmUp)} inputs"
            )
        );
        return new Measured(rate, process.WorkingSet64 >> 20, applications * (inputs + warmUp));
    }

    /// <summary>One run of an Advancer.</summary>
    /// <param name="Rate">Inputs per second.</param>
    /// <param name="Megabytes">Memory of its process at the end.</param>
    /// <param name="Inputs">Inputs that it had run by then.</param>
    private sealed record Measured(double Rate, long Megabytes, int Inputs);

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static int Size(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } size ? int.Parse(size, CultureInfo.InvariantCulture) : otherwise;
}
