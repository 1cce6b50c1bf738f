using MassTransit;
using MassTransit.Testing;
using Rollups.Claimer.Consumers;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Claimer.Tests;

/// <summary>
/// The service as the node adds it, on MassTransit's test harness and a chain in memory: the event in, the transaction on the chain, the
/// next events out.
/// </summary>
public sealed class ConsumerOnHarnessTests : IAsyncLifetime
{
    private static readonly Address Us = FakeChain.AddressOf(1);
    private static readonly Hash32 Root = FakeChain.HashOf("root");
    private readonly FakeChain _chain = new();
    private ServiceHost _host = null!;
    private Application _app = null!;
    private ITestHarness _harness = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var consensus = _chain.Deploy(new FakeConsensus(FakeChain.AddressOf(20), SeededRows.EpochLength) { Owner = Us });
        // In a flow of its own: a bus keeps the log context that it was built in.
        await Task.Run(async () =>
        {
            _host = await ServiceHost.CreateAsync(
                ClaimerService
                    .Setup(_chain, new FakeSigner(Us))
                    .OnHarness(bus =>
                    {
                        bus.AddHandler((EpochClaimSubmitted _) => Task.CompletedTask);
                        bus.AddHandler((EpochClaimAccepted _) => Task.CompletedTask);
                    })
            );
            _app = await _host.AddApplicationAsync("echo", FakeChain.AddressOf(10), consensus.Address);
            _harness = _host.Harness;
            await _harness.Start();
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _harness.Stop(CancellationToken.None);
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task An_event_is_consumed_without_fault_and_the_claim_is_sent_and_announced_as_submitted_and_accepted()
    {
        await _host.AddEpochAsync(_app, 3, Root);

        await _harness.Bus.Publish(Calculated(3), Cancel);

        (
            await _harness.GetConsumerHarness<EpochClaimCalculatedConsumer>().Consumed.SelectAsync<EpochClaimCalculated>(Cancel).First()
        ).Exception.ShouldBeNull();
        (await _harness.Consumed.SelectAsync<EpochClaimSubmitted>(Cancel).First()).Context.Message.TransactionHash.ShouldBe(
            _chain.Sent.Single().ToString()
        );
        (await _harness.Consumed.SelectAsync<EpochClaimAccepted>(Cancel).First()).Context.Message.OutputsMerkleRoot.ShouldBe(
            Root.ToString()
        );
        (await _host.StatusAsync(_app, 3)).ShouldBe(EpochStatus.ClaimAccepted);
    }

    [Fact]
    public async Task An_event_of_an_epoch_without_a_claim_sends_nothing()
    {
        await _host.AddEpochAsync(_app, 3, Root, EpochStatus.InputsProcessed);

        await _harness.Bus.Publish(Calculated(3) with { OutputsMerkleRoot = Root.ToString() }, Cancel);

        (
            await _harness.GetConsumerHarness<EpochClaimCalculatedConsumer>().Consumed.SelectAsync<EpochClaimCalculated>(Cancel).First()
        ).Exception.ShouldBeNull();
        _chain.Sent.ShouldBeEmpty();
        (await _host.StatusAsync(_app, 3)).ShouldBe(EpochStatus.InputsProcessed);
    }

    private EpochClaimCalculated Calculated(ulong epoch) =>
        new()
        {
            ChainId = 31337,
            Application = _app.Address.ToString(),
            ApplicationName = _app.Name,
            EpochIndex = epoch,
            OutputsMerkleRoot = Root.ToString(),
            LastBlock = (epoch * 10) + 9,
            OccurredAt = DateTimeOffset.UnixEpoch,
        };
}
