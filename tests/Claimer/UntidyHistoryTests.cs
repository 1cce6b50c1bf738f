using CsCheck;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Claimer.Tests;

/// <summary>
/// Whole histories of an application, announced as a bad network would: in any order, several times, before or after the rows they speak
/// of, or not at all.
/// </summary>
public sealed class UntidyHistoryTests
{
    private static readonly Address Us = FakeChain.AddressOf(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// For each moment, before the first epoch and after each, the epochs whose claims are announced then; and whether a block is mined for
    /// every transaction at once.
    /// </summary>
    private static Gen<(int[][] Announced, bool Automine)> Histories => Gen.Select(Gen.Int[0, 4].Array[0, 3].Array[2, 5], Gen.Bool);

    [Fact]
    public async Task Whatever_is_told_and_whatever_is_lost_every_claim_is_sent_once_and_in_order()
    {
        var number = 100;
        await Histories.SampleAsync(
            async history =>
            {
                var chain = new FakeChain { Automine = history.Automine };
                var consensus = chain.Deploy(new FakeConsensus(FakeChain.AddressOf(20), SeededRows.EpochLength) { Owner = Us });
                await using var host = await Task.Run(() => ClaimerService.CreateAsync(chain, new FakeSigner(Us)));
                var app = await host.AddApplicationAsync("echo", FakeChain.AddressOf(++number), consensus.Address);
                var bus = host.Services.GetRequiredService<IBusControl>();
                var handled = new HandledMessages();
                bus.ConnectConsumeObserver(handled);
                await Task.Run(() => bus.StartAsync(Cancel));
                await TellAsync(0);
                for (var epoch = 1; epoch < history.Announced.Length; epoch++)
                {
                    await host.AddEpochAsync(app, (ulong)epoch, FakeChain.HashOf($"root {epoch}"));
                    await TellAsync(epoch);
                    if (!history.Automine)
                        chain.Mine();
                }

                // One sync a claim at most: each waits for the one before it to be accepted.
                for (var sync = 0; sync < history.Announced.Length; sync++)
                {
                    await host.Services.GetRequiredService<IWorkRunner<SettleClaims>>().WakeAllAsync(WorkTrigger.Sync, Cancel);
                    chain.Mine();
                }

                for (var epoch = 1; epoch < history.Announced.Length; epoch++)
                    (await host.StatusAsync(app, (ulong)epoch)).ShouldBe(EpochStatus.ClaimAccepted);
                var transactions = await host.TransactionsAsync();
                transactions
                    .Select(row => (row.EpochIndex, row.Nonce))
                    .ShouldBe(Enumerable.Range(1, history.Announced.Length - 1).Select(epoch => ((ulong)epoch, (ulong)(epoch - 1))));
                chain.Sent.Count.ShouldBe(transactions.Count);
                (await host.EventsAsync()).ShouldBe(
                    Enumerable
                        .Repeat<string[]>(["EpochClaimSubmitted", "EpochClaimAccepted"], transactions.Count)
                        .SelectMany(names => names)
                );
                await bus.StopAsync(Cancel);

                async Task TellAsync(int moment) =>
                    (
                        await handled.PublishAsync(bus, history.Announced[moment].Select(epoch => Calculated(app, epoch)), Cancel)
                    ).ShouldAllBe(succeeded => succeeded);
            },
            iter: 25,
            threads: 1
        );
    }

    private static EpochClaimCalculated Calculated(Application app, int epoch) =>
        new()
        {
            ChainId = 31337,
            Application = app.Address.ToString(),
            ApplicationName = app.Name,
            EpochIndex = (ulong)epoch,
            OutputsMerkleRoot = Hash32.Zero.ToString(),
            LastBlock = 0,
            OccurredAt = DateTimeOffset.UnixEpoch,
        };
}
