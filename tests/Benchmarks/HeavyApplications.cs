using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Advancer;
using Rollups.Domain;
using Rollups.HopWork;
using Rollups.Machines;
using Rollups.Messaging;

namespace Rollups.Benchmarks;

/// <summary>
/// Time from a stored input to its stored result for light applications, first alone and then beside more heavy applications than the
/// Advancer has places, each of which takes ten seconds per input.
/// </summary>
internal static class HeavyApplications
{
    private const int Light = 10;
    private const int Heavy = 6;
    private const int InputsOfEach = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    public static async Task RunAsync(Report report)
    {
        await using var node = await BenchmarkNode.StartAsync(
            await report.Servers.DeployedAsync(),
            (services, configuration) => services.AddSingleton<IMachineFactory, SlowMachines>().AddAdvancer(configuration),
            ("Ethereum:ChainId", "31337")
        );
        var ids = await ClosedEpochs.AddApplicationsAsync(
            node.Unit,
            Light + Heavy,
            CancellationToken.None,
            await EchoTemplate.HashAsync()
        );
        var (light, heavy) = (ids[..Light], ids[Light..]);
        await node.ReadAsync(db =>
            db.Applications.Where(app => heavy.Contains(app.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(app => app.TemplateUri, SlowMachines.Uri(TimeSpan.FromSeconds(10))))
        );
        foreach (var id in ids)
            await OpenAsync(node, id);
        // Builds the machines and warms the process up.
        await MeasureAsync(node, light, 0, 5);
        var alone = await MeasureAsync(node, light, 5, InputsOfEach);
        for (var input = 0; input < 10; input++)
        {
            foreach (var id in heavy)
                await AddInputAsync(node, id, input);
        }

        var beside = await MeasureAsync(node, light, 5 + InputsOfEach, InputsOfEach);
        report.Table(
            $"From a stored input to its stored result on RabbitMQ + PostgreSQL, {Light} light applications",
            ["beside", "inputs", "p50 ms", "p95 ms", "longest ms"],
            ["nothing", .. alone.Columns()],
            [$"{Heavy} applications that take ten seconds per input", .. beside.Columns()]
        );
        var times = (beside.Percentile(0.5) / alone.Percentile(0.5)).ToString("0.0", CultureInfo.InvariantCulture);
        report.Ratio($"Fairness: beside {Heavy} applications with ten seconds per input the others wait {times} times as long at p50.");
    }

    private static async Task<Distribution> MeasureAsync(BenchmarkNode node, int[] ids, int first, int inputs)
    {
        for (var input = first; input < first + inputs; input++)
        {
            foreach (var id in ids)
                await AddInputAsync(node, id, input);
            await Task.Delay(Pause);
        }

        while (
            await node.ReadAsync(db => db.Applications.AnyAsync(app => ids.Contains(app.Id) && (int)app.ProcessedInputs < first + inputs))
        )
            await Task.Delay(20);
        var times = await node.ReadAsync(db =>
            db.Inputs.Where(row => ids.Contains(row.ApplicationId) && (int)row.Index >= first)
                .Select(row => new { row.CreatedAt, row.UpdatedAt })
                .ToListAsync()
        );
        return new Distribution(times.Select(row => row.UpdatedAt - row.CreatedAt));
    }

    private static Task<int> OpenAsync(BenchmarkNode node, int id) =>
        node.Unit.ExecuteAsync(
            async (scope, token) =>
            {
                var row = await scope.Db.Applications.SingleAsync(app => app.Id == id, token);
                await scope.Transitions.OpenAsync(row, new EpochBounds(0, 0, 9, 0, 0), 0, DateTimeOffset.UtcNow, token);
                return 0;
            },
            CancellationToken.None
        );

    private static Task<int> AddInputAsync(BenchmarkNode node, int id, int index) =>
        node.Unit.ExecuteAsync(
            async (scope, token) =>
            {
                var now = DateTimeOffset.UtcNow;
                var row = await scope.Db.Applications.SingleAsync(app => app.Id == id, token);
                await scope
                    .Db.Epochs.Where(epoch => epoch.ApplicationId == id)
                    .ExecuteUpdateAsync(set => set.SetProperty(epoch => epoch.InputIndexUpperBound, (ulong)index + 1), token);
                await scope.Transitions.ReceiveInputsAsync(
                    row,
                    [
                        new Input
                        {
                            ApplicationId = id,
                            Index = (ulong)index,
                            RawData = new EvmAdvance(31337, row.Address, row.Address, 1, 1, Hash32.Zero, (ulong)index, [1]).Encode(),
                            TransactionHash = Keccak256.Hash([.. BitConverter.GetBytes(id), .. BitConverter.GetBytes(index)]),
                            CreatedAt = now,
                            UpdatedAt = now,
                        },
                    ],
                    now,
                    token
                );
                return 0;
            },
            CancellationToken.None
        );
}
