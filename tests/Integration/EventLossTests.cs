using System.Diagnostics;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>
/// Deliveries of events are lost between the bus and the services. The results are those of a bus that loses nothing; the metric "found by
/// sync" shows the loss.
/// </summary>
[NeedsServers]
[Collection(nameof(Alone))]
public sealed class EventLossTests(AnvilChain anvil) : IClassFixture<AnvilChain>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(100)]
    public async Task Whatever_part_of_the_deliveries_is_lost_every_epoch_is_accepted(int percent)
    {
        var story = new Story(anvil, Cancel);
        var folder = Directory.CreateTempSubdirectory("rollups-loss-");
        var settings = TestNode.Settings(anvil.Anvil, folder.FullName);
        foreach (var service in (string[])["EvmReader", "Advancer", "Validator", "Claimer", "Lifecycle"])
            settings[$"Services:{service}:SyncInterval"] = percent == 0 ? "01:00:00" : "00:00:01";
        var loss = new LostDeliveries(percent);
        using var found = new FoundByTrigger();
        var elapsed = new Stopwatch();
        await using (var node = await TestNode.StartAsync(settings, Cancel, services => services.AddBusRegistration(loss.Add)))
        {
            var first = await story.DeployAsync();
            var second = await story.DeployAsync();
            await node.UntilBusIsUpAsync(Cancel);
            await node.RegisterAsync("first", first, Cancel);
            await node.RegisterAsync("second", second, Cancel);
            elapsed.Start();
            for (var epoch = 0; epoch < 3; epoch++)
            {
                await story.MineToBlockBeforeAsync(phase: 3);
                await story.SendTogetherAsync((first, $"epoch {epoch}"), (second, "silent"));
                await story.EndEpochAsync();
            }

            (await story.SettledAsync(node, expected: 6)).ShouldAllBe(epoch => epoch.Status == EpochStatus.ClaimAccepted);
            var sagas = await story.UntilAsync(
                () => node.ReadAsync(db => db.EpochLifecycles.AsNoTracking().ToListAsync(Cancel)),
                sagas => sagas.Count == 6 && sagas.TrueForAll(Story.IsWhole)
            );
            elapsed.Stop();
            sagas.ShouldAllBe(saga => saga.OpenedAt <= saga.ClosedAt && saga.ClaimSubmittedAt <= saga.AcceptedAt);
            (await node.ReadAsync(db => db.Inputs.CountAsync(input => input.Status == InputStatus.Accepted, Cancel))).ShouldBe(6);
            (await node.ReadAsync(db => db.Transactions.CountAsync(Cancel))).ShouldBe(6);
            await story.HoldOnChainAsync(node, expectedOutputs: 6);
        }

        folder.Delete(recursive: true);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{percent} % lost: {loss.Lost} of {loss.Seen} deliveries; all settled after {elapsed.Elapsed.TotalSeconds:0.0} s; found: "
                + $"{found}"
        );
        foreach (var service in (string[])["advancer", "validator", "lifecycle"])
        {
            if (percent == 0)
                found.Of(service, "sync").ShouldBe(0);
            if (percent == 100)
            {
                found.Of(service, "event").ShouldBe(0);
                found.Of(service, "sync").ShouldBeGreaterThan(0);
            }
        }

        (loss.Lost > 0).ShouldBe(percent > 0);
    }

    /// <summary>Metrics are the process's: no other test may run beside it.</summary>
    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;

    /// <summary>Every consumer loses that part of the events, as if they had never been delivered; commands and queries pass.</summary>
    private sealed class LostDeliveries(int percent) : IFilter<ConsumeContext>
    {
        private int _seen;
        private int _lost;

        public int Seen => _seen;

        public int Lost => _lost;

        public void Add(IBusRegistrationConfigurator bus) =>
            bus.AddConfigureEndpointsCallback((_, _, endpoint) => endpoint.UseFilter(this));

        public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
        {
            if (!context.SupportedMessageTypes.Any(type => type.EndsWith(":IApplicationEvent", StringComparison.Ordinal)))
                return next.Send(context);
            // Spread evenly, so that a rare loss happens in a short run too.
            var number = Interlocked.Increment(ref _seen);
            if (((number + 79) * percent / 100) == ((number + 78) * percent / 100))
                return next.Send(context);
            Interlocked.Increment(ref _lost);
            return Task.CompletedTask;
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("lostDeliveries");
    }
}
