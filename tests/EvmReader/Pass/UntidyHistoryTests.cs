using CsCheck;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.EvmReader.Tests.Pass;

/// <summary>
/// A chain that grows while events wake the reader at any time, several times, or never: what is stored is what the chain says.
/// </summary>
public sealed class UntidyHistoryTests
{
    private static readonly Address Box = FakeChain.AddressOf(9);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Steps of the chain: blocks mined, whether the last of them has an input, and the events that are delivered then.</summary>
    private static Gen<(int Blocks, bool Input, bool[] Events)[]> Histories =>
        Gen.Select(Gen.Int[1, 12], Gen.Bool, Gen.Bool.Array[0, 3]).Array[1, 8];

    [Fact]
    public async Task Whatever_is_told_and_whatever_is_lost_one_sync_later_the_chains_inputs_and_epochs_are_stored_and_announced_once()
    {
        await Histories.SampleAsync(
            async history =>
            {
                await using var host = await Task.Run(() => ReaderService.CreateAsync());
                var app = await host.AddAsync("echo", 1);
                host.Chain.Head = 10;
                var bus = host.Services.GetRequiredService<IBusControl>();
                var handled = new HandledMessages();
                bus.ConnectConsumeObserver(handled);
                await Task.Run(() => bus.StartAsync(Cancel));
                var inputs = new List<ulong>();
                foreach (var (blocks, input, events) in history)
                {
                    var head = host.Chain.Head + (ulong)blocks;
                    if (input)
                    {
                        host.Chain.AddInput(Box, app.Address, head);
                        inputs.Add(head);
                    }

                    host.Chain.Head = head;
                    (await handled.PublishAsync(bus, events.Select(registered => Event(app, registered)), Cancel)).ShouldAllBe(succeeded =>
                        succeeded
                    );
                }

                await host.Services.GetRequiredService<IWorkRunner<ReadChain>>().WakeAllAsync(WorkTrigger.Sync, Cancel);

                (await host.InputsAsync(app))
                    .Select(row => (row.Index, row.BlockNumber, row.EpochIndex))
                    .ShouldBe(inputs.Select((block, index) => ((ulong)index, block, block / 10)));
                var epochs = await host.EpochsAsync(app);
                epochs
                    .Select(row => (row.Index, row.InputIndexUpperBound - row.InputIndexLowerBound))
                    .ShouldBe(inputs.GroupBy(block => block / 10).Select(group => (group.Key, (ulong)group.Count())));
                var last = host.Chain.Head;
                epochs.ShouldAllBe(row => row.Status == (last >= row.LastBlock ? EpochStatus.Closed : EpochStatus.Open));
                var announced = await host.EventsAsync();
                announced.Count(name => name == "EpochOpened").ShouldBe(epochs.Count);
                announced.Count(name => name == "EpochClosed").ShouldBe(epochs.Count(row => row.Status == EpochStatus.Closed));
                announced.Count(name => name == "InputReceived").ShouldBeLessThanOrEqualTo(inputs.Count);
                await bus.StopAsync(Cancel);
            },
            iter: 25,
            threads: 1
        );
    }

    private static object Event(Application app, bool registered) =>
        registered
            ? new AppRegistered
            {
                ChainId = 31337,
                Application = app.Address.ToString(),
                ApplicationName = app.Name,
                Consensus = app.ConsensusAddress.ToString(),
                ConsensusType = "AUTHORITY",
                OccurredAt = DateTimeOffset.UnixEpoch,
            }
            : new EpochInputsProcessed
            {
                ChainId = 31337,
                Application = app.Address.ToString(),
                ApplicationName = app.Name,
                EpochIndex = 0,
                MachineHash = Hash32.Zero.ToString(),
                InputIndexUpperBound = 0,
                OccurredAt = DateTimeOffset.UnixEpoch,
            };
}
