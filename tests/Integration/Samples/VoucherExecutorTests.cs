using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Messaging;
using Rollups.Testing;
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

    [Fact]
    public async Task Every_voucher_of_an_epoch_is_executed_and_a_notice_is_not()
    {
        var l1 = new Ledger();
        await using var services = Services(new Outputs([.. Enumerable.Range(0, 250).Select(index => (ulong)index)]) { Notice = 120 }, l1);
        var harness = await services.StartTestHarness();

        await harness.Bus.Publish(Accepted, Cancel);

        (await harness.Consumed.Any<EpochClaimAccepted>(Cancel)).ShouldBeTrue();
        l1.Executed.ShouldBe(Enumerable.Range(0, 250).Where(index => index != 120).Select(index => (ulong)index));
    }

    [Fact]
    public async Task An_event_of_another_chain_is_passed_over()
    {
        var l1 = new Ledger();
        await using var services = Services(new Outputs(1, 2, 5), l1);
        var harness = await services.StartTestHarness();

        await harness.Bus.Publish(Accepted with { ChainId = 1 }, Cancel);

        (await harness.Consumed.Any<EpochClaimAccepted>(message => message.Exception is null, Cancel)).ShouldBeTrue();
        l1.Executed.ShouldBeEmpty();
    }

    private static ServiceProvider Services(Outputs node, IL1 l1) =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton(new VoucherExecutor.Node(new HttpClient(node) { BaseAddress = new Uri("http://node.example") }))
            .AddSingleton(l1)
            .WithoutUsageTelemetry()
            .AddMassTransitTestHarness(
                TextWriter.Null,
                bus =>
                {
                    bus.SetTestTimeouts(Hang.Limit, Hang.Limit);
                    ExecuteVouchers.AddTo(bus);
                }
            )
            .BuildServiceProvider(validateScopes: true);

    /// <summary>A node with outputs of epoch 3.</summary>
    private sealed class Outputs(params ulong[] indexes) : HttpMessageHandler
    {
        /// <summary>Requests that fail before the first answer.</summary>
        public int Failures { get; set; }

        /// <summary>Index of the output that is no voucher.</summary>
        public ulong? Notice { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Failures-- > 0)
                throw new HttpRequestException("The node is away.");
            request.RequestUri.ShouldBe(new Uri("http://node.example/rpc"));
            var call = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            call["method"]!.GetValue<string>().ShouldBe("cartesi_listOutputs");
            var args = call["params"]!;
            args["application"]!.GetValue<string>().ShouldBe(Accepted.Application);
            args["epoch_index"]!.GetValue<string>().ShouldBe("0x3");
            args["executed"]!.GetValue<bool>().ShouldBeFalse();
            var from = Convert.ToUInt64(args["from"]!.GetValue<string>(), 16);
            var kinds = args["output_type"]!.AsArray().Select(kind => kind!.GetValue<string>()).ToList();
            var page = indexes.Where(index => index >= from && kinds.Contains(Kind(index))).Take(args["limit"]!.GetValue<int>());
            return new HttpResponseMessage { Content = JsonContent.Create(new { result = new { data = page.Select(Output) } }) };
        }

        private string Kind(ulong index) => index == Notice ? "0xc258d6e5" : "0x237a816f";

        private object Output(ulong index) =>
            new
            {
                index = $"0x{index:x}",
                raw_data = Kind(index),
                output_hashes_siblings = new[] { "0x" + new string('3', 64) },
            };
    }

    /// <summary>What was executed on L1.</summary>
    private sealed class Ledger : IL1
    {
        public List<ulong> Executed { get; } = [];

        public ulong? Reverts { get; init; }

        public ulong ChainId => Accepted.ChainId;

        public Task<bool> WasExecutedAsync(string application, ulong output) => Task.FromResult(Executed.Contains(output));

        public Task<string?> ExecuteAsync(string application, Voucher voucher, CancellationToken token)
        {
            if (voucher.Index == Reverts)
                return Task.FromResult<string?>("it reverts");
            Executed.Add(voucher.Index);
            return Task.FromResult<string?>(null);
        }
    }
}
