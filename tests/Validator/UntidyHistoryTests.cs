using CsCheck;
using MassTransit;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Validator.Tests.Hosts;

namespace Rollups.Validator.Tests;

/// <summary>
/// Whole histories of an application, announced as a bad network would: in any order, several times, before or after the rows they speak
/// of, or not at all.
/// </summary>
public sealed class UntidyHistoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// Outputs of each epoch; and for each moment, before the first epoch and after each, the epochs that are announced then.
    /// </summary>
    private static Gen<(int[] Outputs, int[][] Announced)> Histories =>
        from outputs in Gen.Int[0, 4].Array[1, 5]
        from announced in Gen.Int[0, outputs.Length].Array[0, 3].Array[outputs.Length + 1]
        select (outputs, announced);

    [Fact]
    public async Task Whatever_is_told_and_whatever_is_lost_one_sync_later_every_epoch_has_its_one_claim()
    {
        await using var host = await ServiceHost.CreateAsync(ValidatorService.Setup, DatabaseKind.Sqlite);
        await host.StartAsync();
        var handled = new HandledMessages();
        host.Bus.ConnectConsumeObserver(handled);
        await Histories.SampleAsync(
            async history =>
            {
                var story = await Story.BeginAsync(host);
                var roots = new List<Hash32>();
                await TellAsync(0);
                for (var epoch = 0; epoch < history.Outputs.Length; epoch++)
                {
                    roots.Add(await story.AddEpochAsync(history.Outputs[epoch]));
                    await TellAsync(epoch + 1);
                }

                await host.SyncAsync();

                (await story.StatusesAsync()).ShouldAllBe(status => status == EpochStatus.ClaimCalculated);
                for (var epoch = 0; epoch < roots.Count; epoch++)
                    await story.ShouldBeProvenAsync((ulong)epoch, history.Outputs[epoch], roots[epoch]);
                var announced = new List<EpochClaimCalculated>();
                while (announced.Count < roots.Count)
                    announced.Add(await host.Announced.ReadAsync(Cancel));
                announced
                    .OrderBy(claim => claim.EpochIndex)
                    .Select(claim => claim.OutputsMerkleRoot)
                    .ShouldBe(roots.Select(root => root.ToString()));
                host.Announced.TryRead(out _).ShouldBeFalse();

                async Task TellAsync(int moment) =>
                    (
                        await handled.PublishAsync(host.Bus, history.Announced[moment].Select(epoch => Processed(story, epoch)), Cancel)
                    ).ShouldAllBe(succeeded => succeeded);
            },
            iter: 40,
            threads: 1
        );
    }

    private static EpochInputsProcessed Processed(Story story, int epoch) =>
        new()
        {
            ChainId = 31337,
            Application = story.App.Address.ToString(),
            ApplicationName = story.App.Name,
            EpochIndex = (ulong)epoch,
            MachineHash = Hash32.Zero.ToString(),
            InputIndexUpperBound = 0,
            OccurredAt = DateTimeOffset.UnixEpoch,
        };
}
