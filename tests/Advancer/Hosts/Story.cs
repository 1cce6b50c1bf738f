using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Domain;
using Rollups.Machines;

namespace Rollups.Advancer.Tests.Hosts;

/// <summary>Rows as the EvmReader stores them, and what the Advancer made of them.</summary>
internal static class Story
{
    private static int _count;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Application> AddApplicationAsync(
        this ServiceHost host,
        string template = "scripted:",
        ConsensusType consensus = ConsensusType.Authority
    )
    {
        var number = Interlocked.Increment(ref _count);
        var address = new Address(Keccak256.Hash(BitConverter.GetBytes(number)).ToByteArray().AsSpan(12));
        var hash = await host.EchoHashAsync();
        return await host.AddApplicationAsync(
            $"app-{number}",
            address,
            default,
            consensus,
            with: row => (row.TemplateUri, row.TemplateHash) = (template, hash)
        );
    }

    /// <summary>Root hash of the echo machine's template, which the scripted machines have too.</summary>
    public static Task<Hash32> EchoHashAsync(this ServiceHost host) =>
        host.Services.GetServices<IMachineFactory>().For("echo:").GetTemplateHashAsync("echo:", Cancel);

    /// <summary>The application's next epoch, with an input for each payload.</summary>
    public static Task AddEpochAsync(this ServiceHost host, Application application, EpochStatus status, params string[] payloads) =>
        host.AddEpochAsync(
            application,
            status,
            [.. payloads.Select(Encoding.UTF8.GetBytes).Select(payload => (Func<ulong, byte[]>)(index => Encode(index, payload)))]
        );

    /// <summary>The same, of inputs given as the InputBox emitted them.</summary>
    public static Task AddEpochAsync(
        this ServiceHost host,
        Application application,
        EpochStatus status,
        params Func<ulong, byte[]>[] inputs
    ) =>
        host.ChangeAsync(async db =>
        {
            var index = (ulong)await db.Epochs.CountAsync(epoch => epoch.ApplicationId == application.Id, Cancel);
            var first = (ulong)await db.Inputs.CountAsync(input => input.ApplicationId == application.Id, Cancel);
            db.Add(
                new Epoch
                {
                    ApplicationId = application.Id,
                    Index = index,
                    VirtualIndex = index,
                    FirstBlock = index * SeededRows.EpochLength,
                    LastBlock = ((index + 1) * SeededRows.EpochLength) - 1,
                    Status = status,
                    InputIndexLowerBound = first,
                    InputIndexUpperBound = first + (ulong)inputs.Length,
                }
            );
            for (var i = 0UL; i < (ulong)inputs.Length; i++)
            {
                db.Add(InputOf(application, index, first + i, inputs[i](first + i)));
            }
        });

    /// <summary>Ends when that many inputs have a result: the machine does not wait for it.</summary>
    public static async Task UntilProcessedAsync(this ServiceHost host, Application application, ulong inputs)
    {
        while ((await host.ApplicationAsync(application)).ProcessedInputs < inputs)
            await Task.Delay(5, Cancel);
    }

    /// <summary>One more input of the open epoch.</summary>
    public static Task AddInputAsync(this ServiceHost host, Application application, string payload) =>
        host.ChangeAsync(async db =>
        {
            var epoch = await db.Epochs.SingleAsync(row => row.ApplicationId == application.Id && row.Status == EpochStatus.Open, Cancel);
            db.Add(
                InputOf(
                    application,
                    epoch.Index,
                    epoch.InputIndexUpperBound,
                    Encode(epoch.InputIndexUpperBound, Encoding.UTF8.GetBytes(payload))
                )
            );
            epoch.InputIndexUpperBound++;
        });

    public static Task<List<StateHash>> StatesAsync(this ServiceHost host, Application application) =>
        host.ReadAsync(db =>
            db.StateHashes.AsNoTracking()
                .Where(row => row.ApplicationId == application.Id)
                .OrderBy(row => row.InputIndex)
                .ThenBy(row => row.Position)
                .ToListAsync(Cancel)
        );

    public static Task<List<Report>> ReportsAsync(this ServiceHost host, Application application) =>
        host.ReadAsync(db =>
            db.Reports.AsNoTracking().Where(row => row.ApplicationId == application.Id).OrderBy(row => row.Index).ToListAsync(Cancel)
        );

    /// <summary>
    /// Everything that one machine, fed once with each input in order, would have left: the results of all inputs, outputs and reports
    /// numbered from 0 without a hole and tied to their input; for PRT the machine's states too.
    /// </summary>
    public static async Task ShouldStandAsIfRunOnceAsync(this ServiceHost host, Application application)
    {
        await using var machine = await new ScriptedMachines().CreateAsync("scripted:", application.Address, Cancel);
        List<(ulong, byte[])> outputs = [],
            reports = [];
        List<(ulong, ulong, ulong, Hash32, ulong)> states = [];
        var inputs = await host.InputsAsync(application);
        foreach (var input in inputs)
        {
            var result = await machine.AdvanceAsync(input.Index, input.RawData, Cancel);
            await machine.AdoptAsync(Cancel);
            (input.Status, input.MachineHash, input.OutputsMerkleRoot).ShouldBe(
                (StoreAdvance.StatusOf(result.Outcome), result.StateHash, result.OutputsMerkleRoot)
            );
            input.ExceptionData.ShouldBe(result.ExceptionData);
            if (application.ConsensusType == ConsensusType.Prt)
                states.AddRange(
                    result.States.Select((run, i) => (input.EpochIndex, input.Index, (ulong)i, run.StateHash, run.Repetitions))
                );
            outputs.AddRange(result.Outputs.Select(output => (input.Index, output)));
            reports.AddRange(result.Reports.Select(report => (input.Index, report)));
        }

        (await host.ApplicationAsync(application)).ProcessedInputs.ShouldBe((ulong)inputs.Count);
        (await host.StatesAsync(application))
            .Select(row => (row.EpochIndex, row.InputIndex, row.Position, row.MachineHash, row.Repetitions))
            .ShouldBe(states);
        (await host.OutputsAsync(application))
            .Select(row => (row.Index, row.InputIndex, Hex.Encode(row.RawData)))
            .ShouldBe(outputs.Select((output, i) => ((ulong)i, output.Item1, Hex.Encode(output.Item2))));
        (await host.ReportsAsync(application))
            .Select(row => (row.Index, row.InputIndex, Hex.Encode(row.RawData)))
            .ShouldBe(reports.Select((report, i) => ((ulong)i, report.Item1, Hex.Encode(report.Item2))));
    }

    private static Input InputOf(Application application, ulong epoch, ulong index, byte[] data) =>
        new()
        {
            ApplicationId = application.Id,
            Index = index,
            EpochIndex = epoch,
            BlockNumber = epoch * SeededRows.EpochLength,
            RawData = data,
            TransactionHash = Keccak256.Hash([.. application.Address.ToByteArray(), .. BitConverter.GetBytes(index)]),
            LogIndex = index,
        };

    private static byte[] Encode(ulong index, byte[] payload) =>
        new EvmAdvance(
            31337,
            Address.Zero,
            Address.Parse("0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc"),
            1,
            1,
            Hash32.Zero,
            index,
            payload
        ).Encode();
}
