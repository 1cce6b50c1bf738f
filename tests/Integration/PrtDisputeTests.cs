using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>Tournaments in which others take part, or nobody does.</summary>
[NeedsServers]
public sealed class PrtDisputeTests(AnvilChain anvil) : IClassFixture<AnvilChain>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rollups-dispute-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_attacker_who_does_not_play_loses_by_timeout_and_the_epoch_is_accepted()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        var attacker = await prt.AttackAsync("another machine");
        await using var node = await StartAsync(prt);
        await prt.UntilJoinedAsync(2);

        await prt.MineUntilClockOfAsync(attacker);
        await prt.UntilMatchEndsAsync();
        await prt.CloseAsync();
        await prt.UntilSettledAsync(0);

        var epoch = await prt.EpochAsync(node, 0, EpochStatus.ClaimAccepted);
        var match = await node.ReadAsync(db => db.TournamentMatches.AsNoTracking().SingleAsync(Token));
        (match.CommitmentOne, match.CommitmentTwo, match.Deletion, match.Winner).ShouldBe(
            (attacker, epoch.Commitment!.Value, MatchDeletion.Timeout, MatchWinner.Two)
        );
        (
            await node.ReadAsync(db =>
                db.Transactions.AsNoTracking()
                    .Where(row => row.EpochIndex == 0)
                    .OrderBy(row => row.Nonce)
                    .Select(row => row.Kind)
                    .ToListAsync(Token)
            )
        ).ShouldBe([TransactionKind.JoinTournament, TransactionKind.WinMatchByTimeout, TransactionKind.Settle]);
        var root = await node.ReadAsync(db => db.Tournaments.AsNoTracking().SingleAsync(row => row.EpochIndex == 0, Token));
        (root.WinnerCommitment, root.FinalStateHash).ShouldBe((epoch.Commitment, epoch.MachineHash));
    }

    [Fact]
    public async Task A_match_that_nobody_plays_for_us_is_lost_with_both_commitments_in_the_reason()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await using var node = await StartAsync(prt);
        await prt.UntilJoinedAsync();
        var ours = (await prt.EpochAsync(node, 0, EpochStatus.ClaimSubmitted)).Commitment!.Value;
        var tournament = (await prt.SealedAsync()).Tournament;
        var attacker = await prt.AttackAsync("another machine");
        await prt.MineUntilClockOfAsync(ours);
        await prt.WinForAttackerAsync(ours, attacker, "another machine", tournament);
        await prt.CloseAsync(tournament);

        await RejectedAsync(prt, node, "prt_tournament_lost", attacker.ToString(), ours.ToString(), "its bond is lost");
    }

    [Fact]
    public async Task A_tournament_that_others_have_to_themselves_ends_in_rejection()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await using var node = await StartAsync(prt, ("Services:Prt:SubmissionEnabled", "false"));
        var attacker = await prt.AttackAsync("another machine");
        await prt.CloseAsync();

        await RejectedAsync(prt, node, "prt_tournament_lost", attacker.ToString(), "did not join in time");
    }

    [Fact]
    public async Task A_tournament_that_nobody_joins_ends_in_rejection_because_it_can_never_be_settled()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await using var node = await StartAsync(prt, ("Services:Prt:SubmissionEnabled", "false"));
        await prt.EpochAsync(node, 0, EpochStatus.ClaimCalculated);
        await prt.CloseAsync();

        await RejectedAsync(prt, node, "prt_tournament_without_winner", "no account joined with", "can never seal an epoch again");
    }

    [Fact]
    public async Task A_node_that_sends_nothing_accepts_what_others_join_and_settle_with_its_result()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await using var node = await StartAsync(
            prt,
            ("Services:Prt:SubmissionEnabled", "false"),
            ("Services:Claimer:SubmissionEnabled", "false"),
            ("Signer:Kind", "none"),
            ("Signer:PrivateKey", "")
        );
        await prt.SendAsync("one");
        for (var index = 0UL; index < 2; index++)
        {
            var epoch = await prt.EpochAsync(node, index, EpochStatus.ClaimCalculated);
            await prt.JoinForAsync(epoch);
            await prt.EpochAsync(node, index, EpochStatus.ClaimSubmitted);
            await prt.CloseAsync();
            await prt.SettleForAsync(epoch);
        }

        var accepted = await prt.EpochAsync(node, 1, EpochStatus.ClaimAccepted);
        accepted.ClaimTransactionHash.ShouldNotBeNull();
        accepted.AcceptanceTransactionHash.ShouldBe(accepted.SettlementTransactionHash);
        (await node.ReadAsync(db => db.Transactions.CountAsync(Token))).ShouldBe(0);
    }

    [Fact]
    public async Task A_join_by_another_node_with_our_commitment_counts_and_is_not_repeated()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        Epoch epoch;
        await using (var passive = await StartAsync(prt, ("Services:Prt:SubmissionEnabled", "false")))
            epoch = await prt.EpochAsync(passive, 0, EpochStatus.ClaimCalculated);
        await prt.JoinForAsync(epoch);

        await using var node = await TestNode.StartAsync(TestNode.Settings(anvil.Anvil, _folder.FullName), Token);
        await prt.EpochAsync(node, 0, EpochStatus.ClaimSubmitted);
        await prt.CloseAsync();
        await prt.UntilSettledAsync(0);

        await prt.EpochAsync(node, 0, EpochStatus.ClaimAccepted);
        (
            await node.ReadAsync(db =>
                db.Transactions.AsNoTracking().Where(row => row.EpochIndex == 0).Select(row => row.Kind).ToListAsync(Token)
            )
        ).ShouldBe([TransactionKind.Settle]);
    }

    [Fact]
    public async Task A_node_restarted_in_each_phase_of_an_epoch_goes_on_where_it_was()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync("an input");
        var settings = TestNode.Settings(anvil.Anvil, _folder.FullName);
        // Sealed, not joined.
        await using (var node = await StartAsync(prt, ("Services:Prt:SubmissionEnabled", "false")))
            await prt.EpochAsync(node, 0, EpochStatus.ClaimCalculated);
        // Joined, not closed.
        await using (await TestNode.StartAsync(settings, Token))
            await prt.UntilJoinedAsync();
        await prt.CloseAsync();
        // Closed, not settled.
        await using (await TestNode.StartAsync(settings, Token))
            await prt.UntilSettledAsync(0);
        // Settled, perhaps not accepted.
        await using (var node = await TestNode.StartAsync(settings, Token))
        {
            await prt.EpochAsync(node, 0, EpochStatus.ClaimAccepted);
            await prt.UntilJoinedAsync();
            var transactions = await node.ReadAsync(db => db.Transactions.AsNoTracking().OrderBy(row => row.Nonce).ToListAsync(Token));
            transactions
                .Select(row => (row.EpochIndex, row.Kind))
                .ShouldBe([(0UL, TransactionKind.JoinTournament), (0UL, TransactionKind.Settle), (1UL, TransactionKind.JoinTournament)]);
        }
    }

    [Fact]
    public async Task Disputes_on_two_levels_are_recorded_as_they_happened()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await using var node = await StartAsync(prt);
        await prt.UntilJoinedAsync();
        var ours = (await prt.EpochAsync(node, 0, EpochStatus.ClaimSubmitted)).Commitment!.Value;
        var attacker = await prt.AttackAsync("another machine");
        var inner = await prt.PlayOnTwoLevelsAsync(ours, attacker);
        await prt.CloseAsync();
        await prt.UntilSettledAsync(0);
        await prt.EpochAsync(node, 0, EpochStatus.ClaimAccepted);

        var tournaments = await node.ReadAsync(db =>
            db.Tournaments.AsNoTracking().Where(row => row.EpochIndex == 0).OrderBy(row => row.Level).ToListAsync(Token)
        );
        tournaments
            .Select(row => (row.Level, row.Height, row.ParentAddress))
            .ShouldBe([(0UL, 48UL, null), (1UL, 17UL, tournaments[0].Address)]);
        (tournaments[1].Address, tournaments[1].ParentMatchIdHash).ShouldBe((inner, TournamentContract.MatchIdHash(ours, attacker)));
        var match = await node.ReadAsync(db => db.TournamentMatches.AsNoTracking().SingleAsync(Token));
        (match.Deletion, match.Winner).ShouldBe((MatchDeletion.ChildTournament, MatchWinner.One));
        (await node.ReadAsync(db => db.MatchAdvances.CountAsync(Token))).ShouldBe(1);
        (
            await node.ReadAsync(db => db.TournamentCommitments.CountAsync(row => row.TournamentAddress == tournaments[0].Address, Token))
        ).ShouldBe(2);
    }

    private async Task<TestNode> StartAsync(PrtStory prt, params (string Key, string Value)[] more)
    {
        var settings = TestNode.Settings(anvil.Anvil, _folder.FullName);
        foreach (var (key, value) in more)
            settings[key] = value;
        var node = await TestNode.StartAsync(settings, Token);
        await node.RegisterAsync("dave", prt.Application, Token);
        return node;
    }

    private static async Task RejectedAsync(PrtStory prt, TestNode node, params string[] reason)
    {
        await prt.EpochAsync(node, 0, EpochStatus.ClaimRejected);
        var app = await node.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(Token));
        (app.State, app.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.Diverged));
        foreach (var words in reason)
            app.Reason.ShouldNotBeNull().ShouldContain(words);
        var saga = await prt.UntilAsync(
            () => node.ReadAsync(db => db.EpochLifecycles.AsNoTracking().SingleOrDefaultAsync(saga => saga.EpochIndex == 0, Token)),
            saga => saga?.CurrentState == "Rejected"
        );
        saga!.RejectionReason.ShouldBe(app.Reason);
    }
}
