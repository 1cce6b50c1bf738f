using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Benchmarks;

/// <summary>
/// Each worker as a process of its own: how long it takes from the start of the process until it is ready, on a database and a broker that
/// have everything, and its resident memory, idle and after inputs have passed through all of them.
/// </summary>
internal static class StartUp
{
    private const int Inputs = 6000;
    private const int InputsPerBlock = 200;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(Report report)
    {
        await using var chain = await MeasuredChain.StartAsync();
        var servers = await report.Servers.DeployedAsync();
        var deployment = chain.Under(servers, subscribes: true);
        // The first start migrates the database and declares the queues.
        await using (await ServiceProcesses.StartAsync(deployment, ServiceProcesses.Workers)) { }

        var starts = new Dictionary<string, List<TimeSpan>>();
        for (var round = 0; round < 5; round++)
        {
            foreach (var worker in ServiceProcesses.Workers)
            {
                await using var alone = new ServiceProcesses();
                if (!starts.TryGetValue(worker, out var times))
                    starts.Add(worker, times = []);
                times.Add(await alone.StartAsync(deployment, worker));
            }
        }

        await using var client = await BenchmarkNode.StartAsync(servers);
        await using var services = await ServiceProcesses.StartAsync(deployment, ServiceProcesses.Workers);
        await Task.Delay(Settle);
        var idle = ServiceProcesses.Workers.ToDictionary(worker => worker, services.Memory);
        await RunInputsAsync(chain, client);
        var loaded = ServiceProcesses.Workers.ToDictionary(worker => worker, services.Memory);
        List<string[]> rows =
        [
            ["worker", "ready after ms, median", "longest ms", "MB idle", $"MB after {Inputs} inputs"],
        ];
        foreach (var worker in ServiceProcesses.Workers)
        {
            var times = new Distribution(starts[worker]);
            report.Row(Row.Below($"start of {worker}", times.Percentile(0.5).TotalMilliseconds, "ms", 1500));
            report.Row(Row.Below($"memory of {worker}, idle", idle[worker], "MB", 120));
            rows.Add([
                worker,
                times.Percentile(0.5).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture),
                times.Percentile(1).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture),
                idle[worker].ToString("0", CultureInfo.InvariantCulture),
                loaded[worker].ToString("0", CultureInfo.InvariantCulture),
            ]);
        }

        report.Table("Start and memory of each worker, as a published program", [.. rows]);
    }

    private static async Task RunInputsAsync(MeasuredChain chain, BenchmarkNode client)
    {
        var (application, _) = await chain.AddApplicationAsync(client.Services, epochLength: 10);
        await chain.Chain.SetAutomineAsync(false, CancellationToken.None);
        for (var input = 0; input < Inputs; input++)
        {
            await chain.Chain.SubmitAsync(
                DevnetAccounts.User,
                RollupsContracts.InputBox,
                InputBoxContract.AddInput(application, Encoding.UTF8.GetBytes($"input {input}")),
                CancellationToken.None
            );
            if (input % InputsPerBlock == InputsPerBlock - 1)
                await chain.Chain.MineAsync(1, CancellationToken.None);
        }

        await chain.Chain.SetAutomineAsync(true, CancellationToken.None);
        await chain.Chain.MineAsync(20, CancellationToken.None);
        using var limit = new CancellationTokenSource(Limit);
        while (
            await client.ReadAsync(db => db.Inputs.CountAsync(input => input.Status == InputStatus.Accepted)) < Inputs
            || await client.ReadAsync(db => db.Epochs.AnyAsync(epoch => epoch.Status != EpochStatus.ClaimAccepted))
        )
            await Task.Delay(200, limit.Token);
    }
}
