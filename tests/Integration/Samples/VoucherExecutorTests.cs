using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging;
using VoucherExecutor;

namespace Rollups.Integration.Tests.Samples;

/// <summary>The sample's consumer on MassTransit's in-memory harness, as its authors would test it.</summary>
public sealed class VoucherExecutorTests
{
    private static readonly EpochClaimAccepted Accepted = new()
    {
        ChainId = 31337,
        Application = "0x75135d8adb7180640d29d822d9ad59e83e8695b2",
        ApplicationName = "wallet",
        EpochIndex = 3,
        OutputsMerkleRoot = "0x" + new string('1', 64),
        TransactionHash = "0x" + new string('2', 64),
        OccurredAt = DateTimeOffset.UnixEpoch,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_vouchers_of_an_accepted_epoch_are_executed_once_however_often_the_event_comes()
    {
        var l1 = new Ledger();
        await using var services = Services(new Outputs(1, 2, 5), l1);
        var harness = await services.StartTestHarness();

        await harness.Bus.Publish(Accepted, Cancel);
        await harness.Bus.Publish(Accepted, Cancel);

        (await AsyncEnumerable.Take(harness.Consumed.SelectAsync<EpochClaimAccepted>(Cancel), 2).CountAsync(Cancel)).ShouldBe(2);
        l1.Executed.ShouldBe([1UL, 2UL, 5UL]);
    }

    [Fact]
    public async Task A_voucher_that_reverts_does_not_keep_the_others_waiting()
    {
        var l1 = new Ledger { Reverts = 2 };
        await using var services = Services(new Outputs(1, 2, 5), l1);
        var harness = await services.StartTestHarness();

        await harness.Bus.Publish(Accepted, Cancel);

        (await harness.Consumed.Any<EpochClaimAccepted>(Cancel)).ShouldBeTrue();
        l1.Executed.ShouldBe([1UL, 5UL]);
    }

    [Fact]
    public async Task A_node_that_is_away_for_a_moment_costs_nothing()
    {
        var l1 = new Ledger();
        await using var services = Services(new Outputs(7) { Failures = 2 }, l1);
        var harness = await services.StartTestHarness();

        await harness.Bus.Publish(Accepted, Cancel);

        (await harness.Consumed.Any<EpochClaimAccepted>(message => message.Exception is null, Cancel)).ShouldBeTrue();
        l1.Executed.ShouldBe([7UL]);
        (await harness.Published.Any<Fault<EpochClaimAccepted>>(new CancellationToken(canceled: true))).ShouldBeFalse();
    }

    private static ServiceProvider Services(IVouchers node, IApplicationContracts l1) =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton(node)
            .AddSingleton(l1)
            .WithoutUsageTelemetry()
            .AddMassTransitTestHarness(
                TextWriter.Null,
                bus =>
                {
                    bus.SetTestTimeouts(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3));
                    bus.AddConsumer<ExecuteVouchers, ExecuteVouchersDefinition>();
                }
            )
            .BuildServiceProvider(validateScopes: true);

    /// <summary>Outputs of epoch 3.</summary>
    private sealed class Outputs(params ulong[] indexes) : IVouchers
    {
        public int Failures { get; set; }

        public IAsyncEnumerable<Voucher> ReadAsync(string application, ulong epoch, CancellationToken cancellationToken)
        {
            (application, epoch).ShouldBe((Accepted.Application, Accepted.EpochIndex));
            return Failures-- > 0
                ? throw new HttpRequestException("The node is away.")
                : indexes.Select(index => new Voucher(index, [1], [])).ToAsyncEnumerable();
        }
    }

    /// <summary>What was executed on L1.</summary>
    private sealed class Ledger : IApplicationContracts
    {
        public List<ulong> Executed { get; } = [];

        public ulong? Reverts { get; init; }

        public Task<bool> WasExecutedAsync(string application, Voucher voucher, CancellationToken cancellationToken) =>
            Task.FromResult(Executed.Contains(voucher.Index));

        public Task<string?> ExecuteAsync(string application, Voucher voucher, CancellationToken cancellationToken)
        {
            if (voucher.Index == Reverts)
                return Task.FromResult<string?>("it reverts");
            Executed.Add(voucher.Index);
            return Task.FromResult<string?>(null);
        }
    }
}
