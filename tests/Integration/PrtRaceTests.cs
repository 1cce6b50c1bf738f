using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>Somebody else's transaction is mined first in the block that has the node's.</summary>
[NeedsServers]
public sealed class PrtRaceTests(AnvilChain anvil) : IClassFixture<AnvilChain>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rollups-race-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await anvil.Chain.SetAutomineAsync(true, CancellationToken.None);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_join_that_is_mined_behind_a_foreign_one_pairs_with_it_and_has_gas_enough()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await anvil.Chain.SetAutomineAsync(false, Token);
        await using var node = await StartAsync(prt, null);
        await prt.UntilInPoolAsync();
        var foreign = await prt.AttackFirstAsync("another machine");
        await anvil.Chain.MineAsync(1, Token);

        var ours = (await prt.EpochAsync(node, 0, EpochStatus.ClaimSubmitted)).Commitment!.Value;
        var match = (
            await prt.UntilAsync(
                () => node.ReadAsync(db => db.TournamentMatches.AsNoTracking().ToListAsync(Token)),
                matches => matches.Count == 1
            )
        ).Single();
        (match.CommitmentOne, match.CommitmentTwo).ShouldBe((foreign, ours));
        (
            await node.ReadAsync(db =>
                db.TournamentCommitments.AsNoTracking().Select(row => row.BlockNumber).Distinct().ToListAsync(Token)
            )
        ).ShouldBe([match.BlockNumber]);
        var join = (
            await prt.UntilAsync(() => TransactionsAsync(node), rows => rows.TrueForAll(row => row.State != TransactionState.Pending))
        ).ShouldHaveSingleItem();
        (join.Kind, join.State).ShouldBe((TransactionKind.JoinTournament, TransactionState.Confirmed));
    }

    [Fact]
    public async Task An_application_that_only_loses_races_goes_on()
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync();
        await anvil.Chain.SetAutomineAsync(false, Token);
        using var warnings = new RecordedLog(LogLevel.Warning);
        await using var node = await StartAsync(
            prt,
            services => services.AddSingleton<ILoggerProvider>(warnings),
            ("Transactions:MaxReverted", "1")
        );
        for (var index = 0UL; index < 3; index++)
        {
            var epoch = await prt.EpochAsync(node, index, EpochStatus.ClaimCalculated);
            await prt.UntilInPoolAsync();
            await prt.JoinForFirstAsync(epoch);
            await anvil.Chain.MineAsync(1, Token);
            await prt.EpochAsync(node, index, EpochStatus.ClaimSubmitted);
            await prt.CloseAsync();
            await prt.UntilInPoolAsync();
            await prt.SettleForFirstAsync(epoch);
            await anvil.Chain.MineAsync(1, Token);
            await prt.EpochAsync(node, index, EpochStatus.ClaimAccepted);
        }

        (await node.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(Token))).State.ShouldBe(ApplicationState.Enabled);
        var lost = await prt.UntilAsync(
            () =>
                node.ReadAsync(db =>
                    db.Transactions.AsNoTracking().Where(row => row.EpochIndex < 3).OrderBy(row => row.Nonce).ToListAsync(Token)
                ),
            rows => rows.TrueForAll(row => row.State != TransactionState.Pending)
        );
        lost.Select(row => (row.EpochIndex, row.Kind, row.State))
            .ShouldBe(
                Enumerable
                    .Range(0, 3)
                    .SelectMany(epoch =>
                        new[]
                        {
                            ((ulong)epoch, TransactionKind.JoinTournament, TransactionState.LostRace),
                            ((ulong)epoch, TransactionKind.Settle, TransactionState.LostRace),
                        }
                    )
            );
        warnings.OfCategories("Rollups.Prt", "Rollups.Transactions").ShouldBeEmpty();
    }

    private static Task<List<L1Transaction>> TransactionsAsync(TestNode node) =>
        node.ReadAsync(db => db.Transactions.AsNoTracking().OrderBy(row => row.Nonce).ToListAsync(Token));

    private async Task<TestNode> StartAsync(PrtStory prt, Action<IServiceCollection>? services, params (string Key, string Value)[] more)
    {
        var settings = TestNode.Settings(anvil.Anvil, _folder.FullName);
        foreach (var (key, value) in more)
            settings[key] = value;
        var node = await TestNode.StartAsync(settings, Token, services);
        await node.RegisterAsync("dave", prt.Application, Token);
        return node;
    }
}
