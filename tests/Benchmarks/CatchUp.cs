using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Benchmarks;

/// <summary>
/// A node, its services a process each, started on a chain with a long past: from the start of the processes to the last accepted claim.
/// The comparison fetches and decodes the same logs from the same Anvil, before and after.
/// </summary>
internal static class CatchUp
{
    private const int Applications = 50;
    private const int Epochs = 4;
    private const int Inputs = Applications * Epochs * LongChain.InputsPerEpoch;
    private static readonly string[] Services = ["evm-reader", "advancer", "validator", "claimer", "lifecycle"];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public static async Task RunAsync(Report report)
    {
        var began = Stopwatch.GetTimestamp();
        await using var chain = await LongChain.StartAsync(Applications, Epochs);
        await Console.Error.WriteLineAsync($"  chain filled in {Row.Number(Stopwatch.GetElapsedTime(began).TotalSeconds)} s");
        await FetchAsync(chain);
        var before = await FetchAsync(chain);
        var deployment = await report.Servers.DeployedAsync();
        await using var node = await BenchmarkNode.StartAsync(deployment);
        await RegisterAsync(node, chain);

        using var over = new CancellationTokenSource();
        var mining = chain.MineAsync(over.Token);
        began = Stopwatch.GetTimestamp();
        var programs = Services.Select(service => (Name: service, Program: Start(deployment, chain, service))).ToList();
        try
        {
            var (read, advanced) = (TimeSpan.Zero, TimeSpan.Zero);
            List<double> early = [];
            await ServiceProgram.UntilAsync(
                programs[1].Program,
                "The last claim",
                async () =>
                {
                    await Task.Delay(100);
                    var time = Stopwatch.GetElapsedTime(began);
                    var run = await node.ReadAsync(db => db.Applications.SumAsync(app => (long)app.ProcessedInputs));
                    if (
                        read == default
                        && await node.ReadAsync(db => db.Epochs.CountAsync(epoch => epoch.ClosedAt != null)) >= Applications * Epochs
                    )
                        read = time;
                    if (early.Count == 0 && run >= Inputs / 5)
                        early = programs.ConvertAll(one => ServiceProgram.PeakMemory(one.Program));
                    if (advanced == default && run == Inputs)
                        advanced = time;
                    return await node.ReadAsync(db => db.Epochs.CountAsync(epoch => epoch.Status == EpochStatus.ClaimAccepted))
                        >= Applications * Epochs;
                },
                Limit
            );
            var all = Stopwatch.GetElapsedTime(began);
            var late = programs.ConvertAll(one => ServiceProgram.PeakMemory(one.Program));
            await over.CancelAsync();
            await mining;
            var fetching = (before + await FetchAsync(chain)) / 2;
            report.Row(
                new Row(
                    "catch-up of 100,000 inputs in 200 epochs of 50 applications, to the last claim",
                    all.TotalSeconds,
                    "s",
                    all / fetching,
                    $"fetching the same logs alone ({Row.Number(fetching.TotalSeconds)} s)",
                    Goal.AtMost(3)
                )
            );
            report.Row(
                new Row(
                    "peak memory of all services over the catch-up",
                    late.Sum(),
                    "MB",
                    late.Sum() / early.Sum(),
                    $"the peak at a fifth of the inputs ({Row.Number(early.Sum())} MB)",
                    Goal.AtMost(1.25)
                )
            );
            await FairnessAsync(report, node, began);
            report.Table(
                "Stages of the catch-up, seconds after the start",
                ["all epochs closed", "all inputs through the machine", "all claims accepted"],
                [Row.Number(read.TotalSeconds), Row.Number(advanced.TotalSeconds), Row.Number(all.TotalSeconds)]
            );
            report.Table(
                "Peak memory, MB",
                [
                    ["service", "at a fifth of the inputs", "at the end"],
                    .. programs.Select((one, i) => (string[])[one.Name, Row.Number(early[i]), Row.Number(late[i])]),
                ]
            );
        }
        finally
        {
            await over.CancelAsync();
            foreach (var (_, program) in programs)
                await program.DisposeAsync();
        }
    }

    /// <summary>When each application had its first claim accepted, against the time in which all had.</summary>
    private static async Task FairnessAsync(Report report, BenchmarkNode node, long began)
    {
        var start = DateTimeOffset.UtcNow - Stopwatch.GetElapsedTime(began);
        var ends = await node.ReadAsync(db =>
            db.Epochs.GroupBy(epoch => epoch.ApplicationId)
                .Select(app => new { First = app.Min(epoch => epoch.InputsProcessedAt), Last = app.Max(epoch => epoch.InputsProcessedAt) })
                .ToListAsync()
        );
        string[] Spread(IEnumerable<double> seconds)
        {
            var sorted = seconds.Order().ToList();
            return [Row.Number(sorted[0]), Row.Number(sorted[sorted.Count / 2]), Row.Number(sorted[^1])];
        }

        report.Table(
            "Fairness: seconds after the start at which the inputs of an application's first and last epoch were through the machine",
            ["epoch", "first application", "median application", "last application"],
            ["first", .. Spread(ends.Select(app => (app.First!.Value - start).TotalSeconds))],
            ["last", .. Spread(ends.Select(app => (app.Last!.Value - start).TotalSeconds))]
        );
    }

    private static async Task<TimeSpan> FetchAsync(LongChain chain)
    {
        var began = Stopwatch.GetTimestamp();
        var count = await chain.FetchAsync();
        return count == Inputs
            ? Stopwatch.GetElapsedTime(began)
            : throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"{count} of {Inputs} inputs are on chain.")
            );
    }

    private static ProgramProcess Start(Deployment deployment, LongChain chain, string service) =>
        ServiceProgram.Start(
            deployment,
            service,
            ("Ethereum:HttpEndpoint", chain.Endpoint.ToString()),
            ("Ethereum:WebSocketEndpoint", chain.WebSocketEndpoint.ToString()),
            ("Signer:Kind", "private-key"),
            ("Signer:PrivateKey", DevnetAccounts.ClaimOwnerKey)
        );

    private static async Task RegisterAsync(BenchmarkNode node, LongChain chain)
    {
        var template = await EchoTemplate.HashAsync();
        var number = 0;
        foreach (var (application, authority) in chain.Applications)
        {
            var row = new Application
            {
                Name = $"echo-{++number}",
                Address = application,
                ConsensusAddress = authority,
                InputBoxAddress = RollupsContracts.InputBox,
                InputBoxBlock = 1,
                DeploymentBlock = 1,
                TemplateHash = template,
                TemplateUri = "echo:",
                EpochLength = LongChain.EpochLength,
                ConsensusType = ConsensusType.Authority,
            };
            await node.Unit.ExecuteAsync(
                async (scope, token) =>
                {
                    await scope.Transitions.RegisterAsync(row, DateTimeOffset.UtcNow, token);
                    return 0;
                },
                CancellationToken.None
            );
        }
    }
}
