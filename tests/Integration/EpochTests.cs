using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>From inputs on L1 to accepted claims, on a real Anvil with the real contracts.</summary>
[NeedsServers]
public sealed class EpochTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    public static TheoryData<string> Deployments => Deployment.All;

    [Theory]
    [MemberData(nameof(Deployments))]
    public async Task Every_epoch_with_inputs_is_accepted_and_its_outputs_hold_on_chain(string deployment)
    {
        var token = TestContext.Current.CancellationToken;
        var story = new Story(anvil, token);
        var folder = Directory.CreateTempSubdirectory("rollups-epochs-");
        var (settings, broker) = await Deployment.SettingsAsync(deployment, anvil, postgres, rabbit, folder, token);
        await using (var node = await TestNode.StartAsync(settings, token))
        {
            var first = await story.DeployAsync();
            var second = await story.DeployAsync();
            await node.RegisterAsync("first", first, token);
            await node.UntilBusIsUpAsync(token);
            await using var relay = deployment == Deployment.Untidy ? await UntidyRelay.StartAsync(broker!, seed: 20261123, token) : null;
            await node.RegisterAsync("second", second, token);
            // On the first and on the last block of an epoch; several in one block; one without output; one rejected; an epoch skipped.
            await story.MineToBlockBeforeAsync(phase: 0);
            await story.SendAsync(first, "on the first block");
            await story.MineToBlockBeforeAsync(phase: Story.EpochLength - 1);
            await story.SendTogetherAsync((first, "on the last block"), (second, "silent"), (first, "in the same block"));
            await story.MineToBlockBeforeAsync(phase: 3, epochsAhead: 2);
            await story.SendAsync(first, "reject this");
            await story.SendAsync(second, "after a skipped epoch");
            await story.EndEpochAsync();

            var epochs = await story.SettledAsync(node, expected: 4);
            epochs.ShouldAllBe(epoch => epoch.Status == EpochStatus.ClaimAccepted);
            epochs.Count(epoch => epoch.VirtualIndex == 0).ShouldBe(2);
            await story.HoldOnChainAsync(node, expectedOutputs: 8);
            (await node.ReadAsync(db => db.Transactions.CountAsync(token))).ShouldBe(4);
            var sagas = await story.UntilAsync(
                () => node.ReadAsync(db => db.EpochLifecycles.AsNoTracking().ToListAsync(token)),
                sagas => sagas.Count == 4 && sagas.TrueForAll(Story.IsWhole)
            );
            sagas.ShouldAllBe(saga =>
                saga.OpenedAt <= saga.ClosedAt
                && saga.ClosedAt <= saga.InputsProcessedAt
                && saga.InputsProcessedAt <= saga.ClaimCalculatedAt
                && saga.ClaimCalculatedAt <= saga.ClaimSubmittedAt
                && saga.ClaimSubmittedAt <= saga.AcceptedAt
            );
            if (relay is not null)
            {
                relay.Events.ShouldBeGreaterThanOrEqualTo(20);
                (await broker!.MessagesInErrorQueuesAsync(token)).ShouldBe(0);
            }
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_exception_stops_its_application_and_no_other()
    {
        var token = TestContext.Current.CancellationToken;
        var story = new Story(anvil, token);
        var folder = Directory.CreateTempSubdirectory("rollups-exception-");
        await using (var node = await TestNode.StartAsync(TestNode.Settings(anvil.Anvil, folder.FullName), token))
        {
            var raising = await story.DeployAsync();
            var healthy = await story.DeployAsync();
            await node.RegisterAsync("raising", raising, token);
            await node.RegisterAsync("healthy", healthy, token);
            await story.MineToBlockBeforeAsync(phase: 2);
            await story.SendAsync(raising, "before the exception");
            await story.EndEpochAsync();
            await story.SettledAsync(node, expected: 1);
            await story.SendAsync(raising, "exception: out of soup");
            await story.SendAsync(raising, "never run");
            await story.SendAsync(healthy, "beside it");
            await story.EndEpochAsync();

            var stopped = await story.UntilAsync(
                () => node.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(app => app.Name == "raising", token)),
                app => app.State == ApplicationState.Inoperable
            );
            stopped.ReasonKind.ShouldBe(InoperableKind.GuestException);
            await story.UntilAsync(
                () => node.ReadAsync(db => db.Epochs.CountAsync(epoch => epoch.Status == EpochStatus.ClaimAccepted, token)),
                accepted => accepted == 2
            );
            var inputs = await node.ReadAsync(db =>
                db.Inputs.AsNoTracking().Where(input => input.ApplicationId == stopped.Id).OrderBy(input => input.Index).ToListAsync(token)
            );
            inputs.Select(input => input.Status).ShouldBe([InputStatus.Accepted, InputStatus.Exception, InputStatus.None]);
            inputs[1].ExceptionData.ShouldBe(" out of soup"u8.ToArray());
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_node_restarted_in_the_middle_of_an_epoch_goes_on_where_it_was()
    {
        var token = TestContext.Current.CancellationToken;
        var story = new Story(anvil, token);
        var folder = Directory.CreateTempSubdirectory("rollups-restart-");
        var settings = TestNode.Settings(anvil.Anvil, folder.FullName);
        var application = await story.DeployAsync();
        await using (var node = await TestNode.StartAsync(settings, token))
        {
            await node.RegisterAsync("echo", application, token);
            await story.MineToBlockBeforeAsync(phase: 2);
            await story.SendAsync(application, "before the restart");
            await story.UntilAsync(
                () => node.ReadAsync(db => db.Inputs.CountAsync(input => input.Status == InputStatus.Accepted, token)),
                count => count == 1
            );
        }

        await story.SendAsync(application, "while the node is away");
        await using (var node = await TestNode.StartAsync(settings, token))
        {
            await story.EndEpochAsync();
            (await story.SettledAsync(node, expected: 1)).ShouldHaveSingleItem().InputIndexUpperBound.ShouldBe(2UL);
            (await node.ReadAsync(db => db.Transactions.CountAsync(token))).ShouldBe(1);
        }

        folder.Delete(recursive: true);
    }
}
