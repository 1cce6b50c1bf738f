using Microsoft.EntityFrameworkCore;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>L1 takes blocks back that had the node's join, under <c>latest</c>.</summary>
[NeedsServers]
public sealed class PrtReorganisationTests(AnvilChain anvil) : IClassFixture<AnvilChain>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rollups-taken-back-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_join_that_is_taken_back_is_sent_anew_and_the_epoch_is_accepted(bool whileDown)
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        var node = await StartAsync(prt);
        try
        {
            await prt.UntilJoinedAsync();
            var before = await prt.EpochAsync(node, 0, epoch => epoch.ClaimTransactionHash is not null);
            await prt.UntilAsync(() => JoinsAsync(node), joins => joins.TrueForAll(join => join.State == TransactionState.Confirmed));
            if (whileDown)
                await node.DisposeAsync();
            await anvil.Chain.ReorganiseAsync(1, Token);
            if (whileDown)
                node = await TestNode.StartAsync(TestNode.Settings(anvil.Anvil, _folder.FullName), Token);
            await prt.UntilJoinedAsync();
            var again = (
                await prt.UntilAsync(
                    () => node.ReadAsync(db => db.TournamentCommitments.AsNoTracking().ToListAsync(Token)),
                    rows => rows.Count == 1 && rows[0].BlockHash != before.ClaimBlockHash
                )
            ).Single();
            again.Commitment.ShouldBe(before.Commitment!.Value);
            await prt.CloseAsync();
            await prt.UntilSettledAsync(0);

            (await prt.EpochAsync(node, 0, EpochStatus.ClaimAccepted)).ClaimRound.ShouldBe(1);
            // Whoever sees the other branch first: the same bytes go out again, whose nonce is free, or another transaction takes that
            // nonce. One of them is on L1.
            var joins = await JoinsAsync(node);
            joins.Where(join => join.State != TransactionState.Dropped).ShouldHaveSingleItem().State.ShouldBe(TransactionState.Confirmed);
            joins.Select(join => join.Nonce).Distinct().ShouldHaveSingleItem();
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_foreign_match_that_is_taken_back_leaves_no_row_and_what_L1_has_instead_is_stored()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await using var node = await StartAsync(prt);
        await prt.UntilJoinedAsync();
        var ours = await prt.EpochAsync(node, 0, EpochStatus.ClaimSubmitted);
        var gone = await prt.AttackAsync("another machine");
        await prt.UntilAsync(() => MatchesAsync(node), matches => matches.Count == 1);

        await anvil.Chain.ReorganiseAsync(1, Token);
        var other = await prt.AttackAsync("a third machine");

        var match = (
            await prt.UntilAsync(() => MatchesAsync(node), matches => matches.Count == 1 && matches[0].CommitmentTwo != gone)
        ).Single();
        (match.CommitmentOne, match.CommitmentTwo).ShouldBe((ours.Commitment!.Value, other));
        (await node.ReadAsync(db => db.TournamentCommitments.AsNoTracking().Select(row => row.Commitment).ToListAsync(Token))).ShouldBe(
            [ours.Commitment!.Value, other],
            ignoreOrder: true
        );
    }

    [Fact]
    public async Task A_join_that_is_taken_back_when_the_tournament_is_closed_stops_the_application_with_that_reason()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        Epoch before;
        await using (var first = await StartAsync(prt))
            before = await prt.EpochAsync(first, 0, EpochStatus.ClaimSubmitted);
        await anvil.Chain.ReorganiseAsync(1, Token);
        await prt.CloseAsync();
        await using var node = await TestNode.StartAsync(TestNode.Settings(anvil.Anvil, _folder.FullName), Token);

        await prt.EpochAsync(node, 0, EpochStatus.ClaimRejected);
        var app = await node.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(Token));
        foreach (
            var words in new[]
            {
                "prt_tournament_without_winner",
                "reorganisation of L1 took back",
                before.ClaimTransactionHash.ToString()!,
            }
        )
            app.Reason.ShouldNotBeNull().ShouldContain(words);
    }

    private static Task<List<L1Transaction>> JoinsAsync(TestNode node) =>
        node.ReadAsync(db =>
            db.Transactions.AsNoTracking()
                .Where(row => row.EpochIndex == 0 && row.Kind == TransactionKind.JoinTournament)
                .OrderBy(row => row.Id)
                .ToListAsync(Token)
        );

    private static Task<List<TournamentMatch>> MatchesAsync(TestNode node) =>
        node.ReadAsync(db => db.TournamentMatches.AsNoTracking().ToListAsync(Token));

    private async Task<TestNode> StartAsync(PrtStory prt)
    {
        var node = await TestNode.StartAsync(TestNode.Settings(anvil.Anvil, _folder.FullName), Token);
        await node.RegisterAsync("dave", prt.Application, Token);
        return node;
    }
}
