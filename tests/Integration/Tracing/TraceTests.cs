using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>An epoch has one trace, from the reading of its first block to the accepted claim.</summary>
[NeedsServers]
public sealed class TraceTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Deployments => Deployment.All;

    [Theory]
    [MemberData(nameof(Deployments))]
    public async Task An_epoch_has_one_trace_from_its_first_block_to_its_accepted_claim(string deployment)
    {
        var story = new Story(anvil, Token);
        var folder = Directory.CreateTempSubdirectory("rollups-traces-");
        var (settings, _) = await Deployment.SettingsAsync(deployment, anvil, postgres, rabbit, folder, Token);
        // Nothing listens there: what is sent in vain disturbs nothing.
        settings["Telemetry:OtlpEndpoint"] = "http://127.0.0.1:1";
        var spans = new CollectedSpans();
        await using (
            var node = await TestNode.StartAsync(
                settings,
                Token,
                services => services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddProcessor(spans))
            )
        )
        {
            var application = await story.DeployAsync();
            await node.RegisterAsync("echo", application, Token);
            await node.UntilBusIsUpAsync(Token);
            await story.MineToBlockBeforeAsync(phase: 2);
            await story.SendAsync(application, "first");
            await story.UntilAsync(() => node.ReadAsync(db => db.Epochs.CountAsync(Token)), count => count == 1);
            await story.SendAsync(application, "second");
            await story.EndEpochAsync();
            var epoch = (await story.SettledAsync(node, expected: 1)).ShouldHaveSingleItem();

            var trace = ActivityContext.Parse(epoch.TraceParent.ShouldNotBeNull(), null).TraceId;
            var isByEvents = deployment != "events switched off";
            // A span is collected when it ends, after its children: every span's parent is in the trace, across the outbox and the bus.
            var own = await story.UntilAsync(
                () => Task.FromResult(spans.All.Where(span => span.TraceId == trace).ToList()),
                own => own.Exists(span => IsLast(span, isByEvents)) && Orphans(own).Count == 0,
                own => $"Spans without their parent: {string.Join(", ", Orphans(own))}"
            );
            // The block's reading, and nothing before it.
            var root = own.Where(span => span.ParentSpanId == default).ShouldHaveSingleItem();
            root.OperationName.ShouldBe("evm_reader.read_block");
            root.GetTagItem("rollups.block.number").ShouldNotBeNull();
            root.Links.ShouldHaveSingleItem().Context.TraceId.ShouldNotBe(trace);
            string[] wanted =
            [
                "epoch.opened",
                "epoch.closed",
                "machine.advance",
                "epoch.inputs_processed",
                "validator.calculate_claim",
                "epoch.claim_calculated",
                "transaction.submit",
                "eth_sendRawTransaction",
                "epoch.claim_submitted",
                "epoch.claim_accepted",
            ];
            wanted.ShouldBeSubsetOf(own.Select(span => span.OperationName).ToList());
            own.Where(span => span.OperationName == "machine.advance")
                .Select(span => span.GetTagItem("rollups.input"))
                .Distinct()
                .Count()
                .ShouldBe(2);
            if (isByEvents)
                own.Count(span => span.OperationName == "outbox deliver").ShouldBeGreaterThanOrEqualTo(6);

            var steps = await node.ReadAsync(db => db.EpochSteps.AsNoTracking().OrderBy(step => step.At).ToListAsync(Token));
            steps
                .Select(step => step.Status)
                .ShouldBe(
                    [
                        EpochStatus.Open,
                        EpochStatus.Closed,
                        EpochStatus.InputsProcessed,
                        EpochStatus.ClaimCalculated,
                        EpochStatus.ClaimSubmitted,
                        EpochStatus.ClaimAccepted,
                    ],
                    ignoreOrder: true
                );
            steps.ShouldAllBe(step => ActivityContext.Parse(step.TraceParent!, null).TraceId == trace);
            var calculated = steps.Single(step => step.Status == EpochStatus.ClaimCalculated);
            if (isByEvents)
            {
                // Each stage names the message that caused it, which is the one that announced the stage before.
                calculated.Cause.ShouldBe(StepCause.Event);
                calculated.CauseMessageId.ShouldBe(steps.Single(step => step.Status == EpochStatus.InputsProcessed).MessageId);
            }
            else
            {
                calculated.Cause.ShouldBe(StepCause.Sync);
                calculated.CauseMessageId.ShouldBeNull();
            }

            var mined = await story.UntilAsync(
                () => node.ReadAsync(db => db.MinedTransactions.AsNoTracking().ToListAsync(Token)),
                mined => mined.Count == 1
            );
            mined[0].TransactionHash.ShouldBe(epoch.ClaimTransactionHash!.Value);
            mined[0].BlockNumber.ShouldBe(epoch.ClaimBlockNumber!.Value);
            mined[0].Fee.ShouldBeGreaterThan(0);
        }

        folder.Delete(recursive: true);
    }

    private static List<string> Orphans(List<Activity> own)
    {
        var ids = own.Select(span => span.SpanId).ToHashSet();
        return
        [
            .. own.Where(span => span.ParentSpanId != default && !ids.Contains(span.ParentSpanId))
                .Select(span => $"{span.OperationName} ({span.Source.Name})"),
        ];
    }

    /// <summary>The saga's handling of the acceptance, the last thing that happens; without events, the transition itself.</summary>
    private static bool IsLast(Activity span, bool isByEvents) =>
        isByEvents
            ? span.Source.Name == "MassTransit"
                && span.Kind == ActivityKind.Consumer
                && span.OperationName.Contains("lifecycle", StringComparison.Ordinal)
                && span.Tags.Any(tag => tag.Value?.Contains("ClaimAccepted", StringComparison.Ordinal) == true)
            : span.OperationName == "epoch.claim_accepted";
}
