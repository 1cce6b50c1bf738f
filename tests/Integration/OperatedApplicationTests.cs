using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>
/// What an operator does with an application of the whole node, over the real broker. The fallback syncs are an hour apart, so whatever
/// happens after a command happens because of its events.
/// </summary>
[NeedsServers]
public sealed class OperatedApplicationTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("embedded")]
    [InlineData("postgresql and rabbitmq")]
    public async Task An_application_is_disabled_enabled_removed_and_registered_again(string deployment)
    {
        var story = new Story(anvil, Token);
        var folder = Directory.CreateTempSubdirectory("rollups-operated-");
        var (settings, _) = await Deployment.SettingsAsync(deployment, anvil, postgres, rabbit, folder, Token);
        foreach (var service in new[] { "EvmReader", "Advancer", "Validator", "Claimer", "Prt", "Lifecycle" })
            settings[$"Services:{service}:SyncInterval"] = "01:00:00";
        await using (var node = await TestNode.StartAsync(settings, Token))
        {
            var address = await story.DeployAsync();
            await node.UntilBusIsUpAsync(Token);
            await node.RegisterAsync("echo", address, Token);
            await SendEpochAsync(story, address, "before");
            await story.SettledAsync(node, expected: 1);

            await AskAsync<DisableApplication, DisabledApplication>(node, new DisableApplication { Application = "echo" });
            await SendEpochAsync(story, address, "while it is disabled");
            var epochs = await story.UntilAsync(
                () => node.ReadAsync(db => db.Epochs.AsNoTracking().OrderBy(epoch => epoch.Index).ToListAsync(Token)),
                epochs => epochs.Count == 2 && epochs[1].Status != EpochStatus.Open
            );
            epochs[1].Status.ShouldBe(EpochStatus.Closed);
            (await node.ReadAsync(db => db.Applications.SingleAsync(Token))).ProcessedInputs.ShouldBe(1UL);

            await AskAsync<EnableApplication, EnabledApplication>(node, new EnableApplication { Application = "echo" });
            var settled = await story.SettledAsync(node, expected: 2);
            settled.ShouldAllBe(epoch => epoch.Status == EpochStatus.ClaimAccepted);

            await AskAsync<RemoveApplication, ApplicationRemoval>(node, new RemoveApplication { Application = "echo" });
            await story.UntilAsync(() => node.ReadAsync(db => db.Applications.CountAsync(Token)), count => count == 0);
            (await node.ReadAsync(db => db.EpochLifecycles.CountAsync(Token))).ShouldBe(0);

            await node.RegisterAsync("again", address, Token);
            var anew = await story.SettledAsync(node, expected: 2);
            anew.Select(epoch => epoch.OutputsMerkleRoot).ShouldBe(settled.Select(epoch => epoch.OutputsMerkleRoot), ignoreOrder: true);
            (await node.ReadAsync(db => db.Transactions.CountAsync(Token))).ShouldBe(0);
        }

        folder.Delete(recursive: true);
    }

    private static async Task SendEpochAsync(Story story, Address address, string payload)
    {
        await story.MineToBlockBeforeAsync(phase: 2);
        await story.SendAsync(address, payload);
        await story.EndEpochAsync();
    }

    private static async Task<TAnswer> AskAsync<TCommand, TAnswer>(TestNode node, TCommand command)
        where TCommand : class
        where TAnswer : class
    {
        await using var scope = node.Services.CreateAsyncScope();
        var answer = await scope
            .ServiceProvider.GetRequiredService<IRequestClient<TCommand>>()
            .GetResponse<TAnswer, CommandRefused>(command, Token, RequestTimeout.After(m: 1));
        answer.Is(out Response<CommandRefused>? refused).ShouldBeFalse(refused?.Message.Reason);
        answer.Is(out Response<TAnswer>? done).ShouldBeTrue();
        return done!.Message;
    }
}
