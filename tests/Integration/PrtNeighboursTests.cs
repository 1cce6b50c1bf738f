using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>An application under Dave beside other nodes and other applications.</summary>
[NeedsServers]
public sealed class PrtNeighboursTests(AnvilChain anvil) : IClassFixture<AnvilChain>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_nodes_come_to_one_commitment_of_which_one_joins_and_both_see_the_epoch_accepted()
    {
        var (first, second) = (Directory.CreateTempSubdirectory("rollups-one-"), Directory.CreateTempSubdirectory("rollups-two-"));
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync("an input");
        var other = TestNode.Settings(anvil.Anvil, second.FullName);
        other["Signer:PrivateKey"] = DevnetAccounts.SecondValidatorKey;
        await using (var one = await TestNode.StartAsync(TestNode.Settings(anvil.Anvil, first.FullName), Token))
        await using (var two = await TestNode.StartAsync(other, Token))
        {
            await one.RegisterAsync("dave", prt.Application, Token);
            await two.RegisterAsync("dave", prt.Application, Token);
            var ours = await prt.EpochAsync(one, 0, EpochStatus.ClaimSubmitted);
            (await prt.EpochAsync(two, 0, EpochStatus.ClaimSubmitted)).Commitment.ShouldBe(ours.Commitment);
            var tournament = (await prt.SealedAsync()).Tournament;
            await prt.CloseAsync();
            await prt.UntilSettledAsync(0);

            await prt.EpochAsync(one, 0, EpochStatus.ClaimAccepted);
            await prt.EpochAsync(two, 0, EpochStatus.ClaimAccepted);
            new AbiReader(await prt.CallAsync(TournamentContract.GetCounters(tournament)[0])).Number(0, "joins").ShouldBe(1UL);
            foreach (var node in new[] { one, two })
                (await node.ReadAsync(db => db.Applications.SingleAsync(Token))).State.ShouldBe(ApplicationState.Enabled);
        }

        first.Delete(recursive: true);
        second.Delete(recursive: true);
    }

    [Fact]
    public async Task Claims_and_tournaments_of_one_account_take_its_nonces_in_turn()
    {
        var folder = Directory.CreateTempSubdirectory("rollups-both-");
        var story = new Story(anvil, Token);
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await using (var node = await TestNode.StartAsync(TestNode.Settings(anvil.Anvil, folder.FullName), Token))
        {
            var authority = await story.DeployAsync();
            await node.RegisterAsync("dave", prt.Application, Token);
            await node.RegisterAsync("authority", authority, Token);
            for (var epoch = 0UL; epoch < 2; epoch++)
            {
                await story.SendAsync(authority, $"beside epoch {epoch}");
                await prt.UntilJoinedAsync();
                await prt.CloseAsync();
                await prt.UntilSettledAsync(epoch);
            }

            await story.EndEpochAsync();
            var claimed = await story.UntilAsync(
                () => node.ReadAsync(db => db.Epochs.CountAsync(epoch => epoch.Status == EpochStatus.ClaimAccepted, Token)),
                accepted => accepted >= 4
            );
            claimed.ShouldBeGreaterThanOrEqualTo(4);
            var transactions = await node.ReadAsync(db => db.Transactions.AsNoTracking().OrderBy(row => row.Nonce).ToListAsync(Token));
            transactions.ShouldAllBe(row => row.State == TransactionState.Confirmed || row.State == TransactionState.Pending);
            transactions.Select(row => row.Nonce).ShouldBe(transactions.Select((_, i) => transactions[0].Nonce + (ulong)i));
            transactions
                .Select(row => row.Kind)
                .Distinct()
                .ShouldBe([TransactionKind.JoinTournament, TransactionKind.SubmitClaim, TransactionKind.Settle], ignoreOrder: true);
        }

        folder.Delete(recursive: true);
    }
}
