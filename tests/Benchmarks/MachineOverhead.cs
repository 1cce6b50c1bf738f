using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Machines;

namespace Rollups.Benchmarks;

/// <summary>
/// What the node adds to a Cartesi Machine: time per input beyond the guest's own, for a guest that takes about 20 ms and one that takes
/// none, and what queries beside the inputs cost them.
/// </summary>
internal static class MachineOverhead
{
    private const int WarmUp = 64;
    private const int Batch = 32;

    // What "beside queries" means: alternate batches of inputs of about 20 ms, with and without a client that asks one query after another
    // at that rate, on two cores.
    private const int QueriesPerSecond = 10;
    private const int Rounds = 10;
    private static readonly Address Application = Address.Parse("0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e");

    public static async Task RunAsync(Report report)
    {
        var folder = Directory.CreateTempSubdirectory("rollups-benchmark-machine-");
        try
        {
            var program = MachineProgram.Find(folder.FullName);
            await using var services = new ServiceCollection()
                .AddMachines(
                    new ConfigurationBuilder()
                        .AddInMemoryCollection(new Dictionary<string, string?> { ["Machines:Cartesi:ServerPath"] = program.Server })
                        .Build()
                )
                .BuildServiceProvider();
            var factory = services.GetServices<IMachineFactory>().For($"cartesi:{program.Template}");
            await MeasureAsync(report, program, factory);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(Report report, MachineProgram program, IMachineFactory factory)
    {
        List<string[]> rows =
        [
            ["guest", "inputs", "guest's run, ms", "node, ms an input", "overhead, ms", "overhead"],
        ];
        var (fast, fastRun) = await CompareAsync(program, factory, "Q", 1000);
        rows.Add(Row("accepts at once", 1000, fast, fastRun));
        var (slow, slowRun) = await CompareAsync(program, factory, program.Slow, 200);
        rows.Add(Row("about 20 ms", 200, slow, slowRun));
        report.Ratio(
            $"Machine ({program.Name}): the node adds {Text((fast - fastRun).TotalMilliseconds)} ms to an input that takes the guest no "
                + $"time, and {Share(slow - slowRun, slowRun)} to one of {Text(slowRun.TotalMilliseconds)} ms."
        );
        report.Table("Machine: time of an input in the machine, staged in batches of 32", [.. rows]);

        foreach (var rate in (int[])[QueriesPerSecond, int.MaxValue])
        {
            var (alone, beside, queries) = await BesideQueriesAsync(program, factory, rate);
            report.Ratio(
                $"Machine ({program.Name}): with {(rate == int.MaxValue ? "queries without a pause" : $"{rate} queries a second")} beside "
                    + $"them ({queries} answered one after another), inputs take {Text(beside.TotalMilliseconds)} ms in place of "
                    + $"{Text(alone.TotalMilliseconds)} ms ({Share(beside - alone, alone)})."
            );
        }
    }

    private static async Task<(TimeSpan Node, TimeSpan Guest)> CompareAsync(
        MachineProgram program,
        IMachineFactory factory,
        string payload,
        int inputs
    )
    {
        // Turn by turn, so that both see the same load of the machine.
        await using var bare = await BareMachine.StartAsync(program);
        await using var machine = await CreateAsync(program, factory);
        var (node, guest, count) = (TimeSpan.Zero, TimeSpan.Zero, 0UL);
        while (count < (ulong)(WarmUp + inputs))
        {
            var isWarm = count >= WarmUp;
            var times = await BatchAsync(machine, count, payload);
            for (var i = 0; i < Batch; i++, count++)
                guest += await bare.RunAsync(Input(count, payload)) * (isWarm ? 1 : 0);
            node += times * (isWarm ? 1 : 0);
        }

        var measured = (double)(count - WarmUp);
        return (node / measured, guest / measured);
    }

    private static async Task<(TimeSpan Alone, TimeSpan Beside, int Queries)> BesideQueriesAsync(
        MachineProgram program,
        IMachineFactory factory,
        int queriesPerSecond
    )
    {
        await using var machine = await CreateAsync(program, factory);
        var next = 0UL;
        await BatchAsync(machine, next, program.Slow);
        next += Batch;
        var (alone, beside, answered) = (TimeSpan.Zero, TimeSpan.Zero, 0);
        for (var round = 0; round < Rounds; round++, next += 2 * Batch)
        {
            alone += await BatchAsync(machine, next, program.Slow);
            using var done = new CancellationTokenSource();
            var asking = AskAsync(machine, TimeSpan.FromSeconds(1.0 / queriesPerSecond), done.Token);
            beside += await BatchAsync(machine, next + Batch, program.Slow);
            await done.CancelAsync();
            answered += await asking;
        }

        return (alone / (Rounds * Batch), beside / (Rounds * Batch), answered);
    }

    /// <summary>Asks until it is told to stop; returns the number of answers.</summary>
    private static async Task<int> AskAsync(IRollupsMachine machine, TimeSpan interval, CancellationToken done)
    {
        var answered = 0;
        var begun = Stopwatch.GetTimestamp();
        while (!done.IsCancellationRequested)
        {
            await machine.InspectAsync("q"u8.ToArray(), CancellationToken.None);
            answered++;
            var pause = answered * interval - Stopwatch.GetElapsedTime(begun);
            if (pause > TimeSpan.Zero)
                await Task.WhenAny(Task.Delay(pause, done));
        }

        return answered;
    }

    private static async Task<TimeSpan> BatchAsync(IRollupsMachine machine, ulong first, string payload)
    {
        var inputs = Enumerable.Range(0, Batch).Select(i => Input(first + (ulong)i, payload)).ToList();
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < Batch; i++)
            await machine.AdvanceAsync(first + (ulong)i, inputs[i], CancellationToken.None);
        await machine.AdoptAsync(CancellationToken.None);
        return Stopwatch.GetElapsedTime(begun);
    }

    private static Task<IRollupsMachine> CreateAsync(MachineProgram program, IMachineFactory factory) =>
        factory.CreateAsync($"cartesi:{program.Template}", Application, CancellationToken.None);

    private static byte[] Input(ulong index, string payload) =>
        new EvmAdvance(31337, Application, Application, 123, 1735689600, Hash32.Zero, index, Encoding.UTF8.GetBytes(payload)).Encode();

    private static string[] Row(string guest, int inputs, TimeSpan node, TimeSpan run) =>
        [
            guest,
            inputs.ToString(CultureInfo.InvariantCulture),
            Text(run.TotalMilliseconds),
            Text(node.TotalMilliseconds),
            Text((node - run).TotalMilliseconds),
            Share(node - run, run),
        ];

    private static string Text(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Share(TimeSpan part, TimeSpan whole) =>
        (100 * part / whole).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
