using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Integration.Tests.Operations;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>The services as processes of their own give an epoch one trace, as a collector receives it from all of them.</summary>
[NeedsServers]
public sealed class DeployedTraceTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    private static readonly string[] Services = ["evm-reader", "advancer", "validator", "claimer", "lifecycle"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Story Story => new(anvil, Token);

    [Fact]
    public async Task An_epoch_has_one_trace_across_all_processes_from_its_first_block_to_its_accepted_claim()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using var node = await DeployedNode.StartAsync(
            anvil,
            postgres,
            rabbit,
            Services,
            Token,
            more: [("Telemetry:OtlpEndpoint", collector.Address)]
        );
        var address = await Story.DeployAsync();
        var (code, output) = await node.RunAsync($"rollups app register echo {address} --template echo:", Token);
        code.ShouldBe(0, output);
        await Story.MineToBlockBeforeAsync(phase: 2);
        await Story.SendAsync(address, "hello");
        await Story.EndEpochAsync();
        var epoch = await Story.UntilAsync(
            () => node.OnDatabaseAsync(db => db.Epochs.AsNoTracking().SingleOrDefaultAsync(Token)),
            epoch => epoch?.Status == EpochStatus.ClaimAccepted
        );

        var trace = ActivityContext.Parse(epoch!.TraceParent.ShouldNotBeNull(), null).TraceId.ToHexString();
        var spans = await Story.UntilAsync(
            () => Task.FromResult(collector.Spans.Where(span => span.Trace == trace).ToList()),
            // Each process sends its spans every few seconds.
            spans => Orphans(spans).Count == 0 && spans.Exists(span => IsAfterTheAcceptance(span, spans)),
            spans =>
                $"Without their parent: {string.Join(", ", Orphans(spans).Select(span => $"{span.Service} {span.Name}"))}; all: "
                + string.Join(", ", spans.Select(span => $"{span.Service} {span.Name}"))
        );

        var root = spans.Where(span => span.Parent.Length == 0).ShouldHaveSingleItem();
        (root.Service, root.Name).ShouldBe(("rollups-evm-reader", "evm_reader.read_block"));
        spans.Select(span => span.Service).Distinct().ShouldBe(Services.Select(name => $"rollups-{name}"), ignoreOrder: true);
        (string Service, string Name)[] wanted =
        [
            ("rollups-evm-reader", "epoch.opened"),
            ("rollups-evm-reader", "epoch.closed"),
            ("rollups-advancer", "machine.advance"),
            ("rollups-advancer", "epoch.inputs_processed"),
            ("rollups-validator", "validator.calculate_claim"),
            ("rollups-validator", "epoch.claim_calculated"),
            ("rollups-claimer", "transaction.submit"),
            ("rollups-claimer", "eth_sendRawTransaction"),
            ("rollups-claimer", "epoch.claim_submitted"),
            ("rollups-claimer", "epoch.claim_accepted"),
        ];
        wanted.ShouldBeSubsetOf(spans.Select(span => (span.Service, span.Name)).ToList());
    }

    /// <summary>The saga, in the last process, below the claimer's transition: across the outbox and the broker.</summary>
    private static bool IsAfterTheAcceptance(OtlpSpan span, List<OtlpSpan> spans)
    {
        if (span.Service != "rollups-lifecycle")
            return false;
        for (var above = span; above is not null; above = spans.Find(parent => parent.Id == above.Parent))
        {
            if (above is { Service: "rollups-claimer", Name: "epoch.claim_accepted" })
                return true;
        }

        return false;
    }

    private static List<OtlpSpan> Orphans(List<OtlpSpan> spans)
    {
        var ids = spans.Select(span => span.Id).ToHashSet();
        return spans.FindAll(span => span.Parent.Length > 0 && !ids.Contains(span.Parent));
    }
}
