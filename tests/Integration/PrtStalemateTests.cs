using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>Tournaments that go on only when somebody frees them, and a consensus contract that nobody can free.</summary>
[NeedsServers]
public sealed class PrtStalemateTests(AnvilChain anvil) : IClassFixture<AnvilChain>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rollups-stalemate-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_match_of_two_strangers_whose_clocks_are_both_out_is_eliminated_and_our_epoch_is_accepted()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        var one = await prt.AttackAsync("one machine");
        var two = await prt.AttackAsync("another machine");
        await using var node = await StartAsync(prt);
        await prt.UntilJoinedAsync(3);
        await prt.EpochAsync(node, 0, EpochStatus.ClaimSubmitted);

        await anvil.Chain.MineAsync(3 * PrtStory.Allowance, Token);
        await prt.UntilSettledAsync(0);

        await prt.EpochAsync(node, 0, EpochStatus.ClaimAccepted);
        var match = await node.ReadAsync(db => db.TournamentMatches.AsNoTracking().SingleAsync(Token));
        (match.CommitmentOne, match.CommitmentTwo, match.Deletion, match.Winner).ShouldBe(
            (one, two, MatchDeletion.Timeout, MatchWinner.None)
        );
        (await KindsAsync(node)).ShouldBe([TransactionKind.JoinTournament, TransactionKind.EliminateMatch, TransactionKind.Settle]);
    }

    [Fact]
    public async Task A_win_by_timeout_that_comes_too_late_becomes_an_elimination_and_the_tournament_decides()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await prt.AttackAsync("another machine");
        await using (await StartAsync(prt))
            await prt.UntilJoinedAsync(2);
        await anvil.Chain.MineAsync(3 * PrtStory.Allowance, Token);
        await using var node = await TestNode.StartAsync(TestNode.Settings(anvil.Anvil, _folder.FullName), Token);

        await prt.EpochAsync(node, 0, EpochStatus.ClaimRejected);
        var app = await node.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(Token));
        app.Reason.ShouldNotBeNull().ShouldStartWith("prt_tournament_without_winner");
        app.Reason.ShouldContain("was eliminated");
        (await KindsAsync(node)).ShouldBe([TransactionKind.JoinTournament, TransactionKind.EliminateMatch]);
    }

    [Fact]
    public async Task A_lapsed_match_one_level_down_is_eliminated_there()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await using var node = await StartAsync(prt);
        await prt.UntilJoinedAsync();
        var ours = (await prt.EpochAsync(node, 0, EpochStatus.ClaimSubmitted)).Commitment!.Value;
        var (inner, match) = await prt.IdleBelowAsync(ours, await prt.AttackAsync("another machine"));
        await prt.UntilAsync(
            () => node.ReadAsync(db => db.TournamentMatches.AsNoTracking().AnyAsync(row => row.IdHash == match, Token)),
            isKnown => isKnown
        );

        // Below, both have had their time; above, nobody has yet.
        await anvil.Chain.MineAsync(20, Token);

        await prt.UntilAsync(
            async () => new AbiReader(await prt.CallAsync(TournamentContract.GetCounters(inner)[3])).Number(0, "deleted matches"),
            deleted => deleted == 1
        );
        var eliminated = await prt.UntilAsync(
            () => node.ReadAsync(db => db.TournamentMatches.AsNoTracking().SingleAsync(row => row.IdHash == match, Token)),
            row => row.Deletion != MatchDeletion.NotDeleted
        );
        (eliminated.TournamentAddress, eliminated.Deletion, eliminated.Winner).ShouldBe((inner, MatchDeletion.Timeout, MatchWinner.None));
        (
            await node.ReadAsync(db =>
                db.Transactions.AsNoTracking()
                    .Where(row => row.Kind == TransactionKind.EliminateMatch)
                    .OrderBy(row => row.Nonce)
                    .FirstAsync(Token)
            )
        ).To.ShouldBe(inner);
    }

    [Fact]
    public async Task A_match_whose_inner_tournament_ended_without_a_winner_is_eliminated_and_our_epoch_is_accepted()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        var one = await prt.AttackAsync("one machine");
        var two = await prt.AttackAsync("another machine");
        await using var node = await StartAsync(prt);
        await prt.UntilJoinedAsync(3);
        await prt.EpochAsync(node, 0, EpochStatus.ClaimSubmitted);
        var root = (await prt.SealedAsync()).Tournament;
        var (inner, _) = await prt.IdleBelowAsync(one, two);

        // Below, both have had their time; above, the clocks stand still.
        await anvil.Chain.MineAsync(20, Token);
        await prt.UntilMatchEndsAsync();
        await prt.CloseAsync();
        await prt.UntilSettledAsync(0);

        await prt.EpochAsync(node, 0, EpochStatus.ClaimAccepted);
        var above = await node.ReadAsync(db =>
            db.TournamentMatches.AsNoTracking().SingleAsync(row => row.TournamentAddress == root, Token)
        );
        (above.Deletion, above.Winner).ShouldBe((MatchDeletion.ChildTournament, MatchWinner.None));
        (
            await node.ReadAsync(db =>
                db.Transactions.AsNoTracking()
                    .Where(row => row.Kind == TransactionKind.EliminateMatch)
                    .OrderBy(row => row.Nonce)
                    .Select(row => row.To)
                    .ToListAsync(Token)
            )
        ).ShouldBe([inner, root]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_consensus_that_can_never_settle_stops_the_application_as_stuck_on_L1(bool sends)
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await using (await StartAsync(prt))
            await prt.UntilJoinedAsync();
        await prt.CloseAsync();
        await prt.RecoverBondAsync();
        var settings = TestNode.Settings(anvil.Anvil, _folder.FullName);
        settings["Services:Prt:SubmissionEnabled"] = sends ? "true" : "false";
        await using var node = await TestNode.StartAsync(settings, Token);

        var epoch = await prt.EpochAsync(node, 0, EpochStatus.ClaimRejected);
        var app = await node.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(Token));
        (app.State, app.ReasonKind).ShouldBe((ApplicationState.Inoperable, InoperableKind.L1Stuck));
        foreach (
            var words in new[]
            {
                "prt_consensus_stuck",
                "epoch 0",
                prt.Consensus.ToString(),
                epoch.Commitment.ToString()!,
                "Panic(0x1)",
                "no transaction",
            }
        )
            app.Reason.ShouldNotBeNull().ShouldContain(words);
        var saga = await prt.UntilAsync(
            () => node.ReadAsync(db => db.EpochLifecycles.AsNoTracking().SingleOrDefaultAsync(saga => saga.EpochIndex == 0, Token)),
            saga => saga?.CurrentState == "Rejected"
        );
        saga!.RejectionReason.ShouldBe(app.Reason);
        (await KindsAsync(node)).ShouldBe([TransactionKind.JoinTournament]);
    }

    private static Task<List<TransactionKind>> KindsAsync(TestNode node) =>
        node.ReadAsync(db =>
            db.Transactions.AsNoTracking()
                .Where(row => row.EpochIndex == 0)
                .OrderBy(row => row.Nonce)
                .Select(row => row.Kind)
                .ToListAsync(Token)
        );

    private async Task<TestNode> StartAsync(PrtStory prt)
    {
        var node = await TestNode.StartAsync(TestNode.Settings(anvil.Anvil, _folder.FullName), Token);
        await node.RegisterAsync("dave", prt.Application, Token);
        return node;
    }
}
