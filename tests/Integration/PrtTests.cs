using System.Numerics;
using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>Applications under Dave, on a real Anvil with contracts that stand in for Dave's.</summary>
[NeedsServers]
public sealed class PrtTests(AnvilChain anvil, PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<AnvilChain>
{
    public static TheoryData<string> Deployments => Deployment.All;

    [Theory]
    [MemberData(nameof(Deployments))]
    public async Task Epochs_with_and_without_inputs_are_joined_settled_and_accepted_one_after_the_other(string deployment)
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("rollups-prt-");
        var (settings, broker) = await Deployment.SettingsAsync(deployment, anvil, postgres, rabbit, folder, token);
        var prt = new PrtStory(anvil, token);
        await prt.DeployAsync("before the deployment");
        await using (var node = await TestNode.StartAsync(settings, token))
        {
            await node.UntilBusIsUpAsync(token);
            await using var relay = deployment == Deployment.Untidy ? await UntidyRelay.StartAsync(broker!, seed: 20261124, token) : null;
            await node.RegisterAsync("dave", prt.Application, token);
            // Epoch 0 has the input from before the deployment, epoch 1 these three, epoch 2 none.
            await prt.SendAsync("one");
            await prt.SendAsync("reject this");
            await prt.SendAsync("three");
            for (var epoch = 0UL; epoch < 3; epoch++)
            {
                await prt.UntilJoinedAsync();
                await prt.CloseAsync();
                await prt.UntilSettledAsync(epoch);
            }

            await prt.EpochAsync(node, 2, EpochStatus.ClaimAccepted);
            var epochs = await node.ReadAsync(db => db.Epochs.AsNoTracking().OrderBy(epoch => epoch.Index).ToListAsync(token));
            epochs
                .Take(3)
                .ShouldAllBe(epoch => epoch.Status == EpochStatus.ClaimAccepted && epoch.SettledMachineHash == epoch.MachineHash);
            epochs
                .Select(epoch => (epoch.InputIndexLowerBound, epoch.InputIndexUpperBound))
                .Take(4)
                .ShouldBe([(0UL, 1UL), (1UL, 4UL), (4UL, 4UL), (4UL, 4UL)]);
            var story = new Story(anvil, token);
            await story.HoldOnChainAsync(node, expectedOutputs: 6);
            var sagas = await story.UntilAsync(
                () => node.ReadAsync(db => db.EpochLifecycles.AsNoTracking().Where(saga => saga.EpochIndex < 3).ToListAsync(token)),
                sagas => sagas.Count == 3 && sagas.TrueForAll(saga => saga.CurrentState == "Accepted")
            );
            sagas.ShouldAllBe(saga =>
                saga.OpenedAt <= saga.ClosedAt
                && saga.ClosedAt <= saga.InputsProcessedAt
                && saga.InputsProcessedAt <= saga.ClaimCalculatedAt
                && saga.ClaimCalculatedAt <= saga.ClaimSubmittedAt
                && saga.ClaimSubmittedAt <= saga.AcceptedAt
            );
            foreach (var epoch in epochs.Take(3))
                (await anvil.Chain.Client.GetBalanceAsync(epoch.TournamentAddress!.Value, BlockTag.Latest, token)).ShouldBe(
                    BigInteger.Zero
                );
            // A join and a settlement for each, and nothing twice.
            var transactions = await node.ReadAsync(db =>
                db.Transactions.AsNoTracking().Where(row => row.EpochIndex < 3).OrderBy(row => row.Nonce).ToListAsync(token)
            );
            transactions
                .Select(row => (row.EpochIndex, row.Kind))
                .ShouldBe(
                    Enumerable
                        .Range(0, 3)
                        .SelectMany(epoch =>
                            new[] { ((ulong)epoch, TransactionKind.JoinTournament), ((ulong)epoch, TransactionKind.Settle) }
                        )
                );
        }

        folder.Delete(recursive: true);
    }
}
