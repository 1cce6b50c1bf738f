using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Contracts;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Testing;

namespace Rollups.Integration.Tests;

/// <summary>
/// L1 goes back under epochs that it had accepted, under <c>latest</c>, on a real Anvil: an Authority, a Quorum and Dave, while the node
/// runs and while it is down.
/// </summary>
[NeedsServers]
public sealed class TakenBackClaimTests(AnvilChain anvil, PostgresServer postgres) : IClassFixture<AnvilChain>, IAsyncLifetime
{
    private static int _salt;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rollups-taken-back-claim-");
    private readonly RevertedClaims _reverted = new();
    private Dictionary<string, string?> _settings = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Story Story => new(anvil, Token);

    public async ValueTask InitializeAsync()
    {
        _settings = TestNode.Settings(anvil.Anvil, _folder.FullName);
        _settings["Database:Provider"] = "postgresql";
        _settings["Database:ConnectionString"] = await postgres.CreateDatabaseAsync(Token);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_epoch_that_an_Authority_had_accepted_is_claimed_and_accepted_again(bool isDown)
    {
        var application = await Story.DeployAsync();
        var node = await StartAsync();
        try
        {
            await node.RegisterAsync("echo", application, Token);
            await BeginEpochAsync(node, application);
            var branch = await anvil.Chain.BranchAsync(Token);
            await Story.EndEpochAsync();
            var before = await AcceptedAsync(node, round: 0);
            await Story.HoldOnChainAsync(node, expectedOutputs: 2);
            var executed = await ExecutedAsync(node, output => output?.ExecutionBlockHash is not null);

            node = await GoBackAsync(node, isDown, branch, Story.EndEpochAsync);
            await ShouldBeAcceptedAgainAsync(node, application, before);
            // What was executed went with its block too.
            await ExecutedAsync(node, output => output is null);
            await Story.HoldOnChainAsync(node, expectedOutputs: 2);
            (await ExecutedAsync(node, output => output is not null))!.ExecutionBlockHash.ShouldNotBe(executed!.ExecutionBlockHash);
            await ShouldBecomeFinalAsync(node);
            await ExecutedAsync(node, output => output is { IsProvisional: false });
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_epoch_that_a_Quorum_had_accepted_is_voted_for_and_accepted_again(bool isDown)
    {
        var application = await DeployQuorumAsync();
        var node = await StartAsync();
        try
        {
            await node.RegisterAsync("echo", application, Token);
            await BeginEpochAsync(node, application);
            var branch = await anvil.Chain.BranchAsync(Token);
            await Story.EndEpochAsync();
            await VoteTooAsync(node, round: 0);
            var before = await AcceptedAsync(node, round: 0);

            node = await GoBackAsync(node, isDown, branch, Story.EndEpochAsync);
            await VoteTooAsync(node, round: 1);
            await ShouldBeAcceptedAgainAsync(node, application, before);
            await ShouldBecomeFinalAsync(node);
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Where_only_the_vote_that_decided_is_taken_back_ours_stands_and_is_not_cast_again()
    {
        var application = await DeployQuorumAsync();
        await using var node = await StartAsync();
        await node.RegisterAsync("echo", application, Token);
        await BeginEpochAsync(node, application);
        await Story.EndEpochAsync();
        var ours = await EpochAsync(node, epoch => epoch.Status == EpochStatus.ClaimSubmitted);
        var branch = await anvil.Chain.BranchAsync(Token);
        await VoteTooAsync(node, round: 0);
        await AcceptedAsync(node, round: 0);

        await GoBackAsync(node, isDown: false, branch, () => Task.CompletedTask);
        await VoteTooAsync(node, round: 1);
        var after = await AcceptedAsync(node, round: 1);
        (after.ClaimTransactionHash, after.ClaimBlockHash).ShouldBe((ours.ClaimTransactionHash, ours.ClaimBlockHash));
        (await node.ReadAsync(db => db.Transactions.AsNoTracking().SingleAsync(Token))).State.ShouldBe(TransactionState.Confirmed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_epoch_that_was_settled_under_Dave_is_settled_and_accepted_again_and_the_next_one_joined_again(bool isDown)
    {
        var prt = new PrtStory(anvil, Token);
        await prt.DeployAsync("before the deployment");
        var node = await StartAsync();
        try
        {
            await node.RegisterAsync("dave", prt.Application, Token);
            await prt.EpochAsync(node, 0, EpochStatus.ClaimSubmitted);
            var branch = await anvil.Chain.BranchAsync(Token);
            await prt.CloseAsync();
            var before = await AcceptedAsync(node, round: 0);
            // The next tournament is gone with the seal that opened it, and our commitment in it.
            await prt.EpochAsync(node, 1, EpochStatus.ClaimSubmitted);

            node = await GoBackAsync(node, isDown, branch, () => prt.CloseAsync());
            await prt.UntilSettledAsync(0);
            var after = await AcceptedAsync(node, round: 1);
            (after.SettlementBlockHash, after.SettledMachineHash).ShouldBe(
                (await HashAsync(after.SettlementBlockNumber!.Value), before.SettledMachineHash)
            );
            (after.AcceptanceBlockHash, after.SettlementBlockHash).ShouldNotBe((before.AcceptanceBlockHash, before.SettlementBlockHash));
            await ShouldTellBothAsync(node, prt.Application, before);
            var next = await prt.EpochAsync(node, 1, epoch => epoch.Status == EpochStatus.ClaimSubmitted && epoch.ClaimRound == 1);
            next.TournamentAddress.ShouldBe((await prt.SealedAsync()).Tournament);

            await prt.CloseAsync();
            await prt.UntilSettledAsync(1);
            await prt.EpochAsync(node, 1, EpochStatus.ClaimAccepted);
            var mined = await node.ReadAsync(db =>
                db.Transactions.AsNoTracking()
                    .Where(row => row.EpochIndex < 2 && row.State == TransactionState.Confirmed)
                    .ToListAsync(Token)
            );
            mined
                .Select(row => (row.EpochIndex, row.Kind))
                .ShouldBe(
                    [
                        (0ul, TransactionKind.JoinTournament),
                        (0ul, TransactionKind.Settle),
                        (1ul, TransactionKind.JoinTournament),
                        (1ul, TransactionKind.Settle),
                    ],
                    ignoreOrder: true
                );
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    private Task<TestNode> StartAsync() =>
        TestNode.StartAsync(_settings, Token, services => services.AddBusRegistration(bus => bus.AddConsumeObserver(_ => _reverted)));

    /// <summary>An application on a Quorum of three, the first of which is the node's account.</summary>
    private async Task<Address> DeployQuorumAsync()
    {
        var salt = Keccak256.Hash(BitConverter.GetBytes(Interlocked.Increment(ref _salt)));
        var consensus = await anvil.Contracts.DeployQuorumAsync([.. DevnetAccounts.Validators.Take(3)], Story.EpochLength, salt, Token);
        return await anvil.Contracts.DeployApplicationAsync(consensus, await EchoTemplate.HashAsync(Token), salt, Token);
    }

    /// <summary>One input is through the machine, in an epoch that has just begun.</summary>
    private async Task BeginEpochAsync(TestNode node, Address application)
    {
        await Story.MineToBlockBeforeAsync(phase: 1);
        await Story.SendAsync(application, "stays");
        await Story.UntilAsync(
            () => node.ReadAsync(db => db.Inputs.CountAsync(input => input.Status == InputStatus.Accepted, Token)),
            count => count == 1
        );
    }

    /// <summary>L1 goes back to the branch, on to the end of the epoch once more, and beyond the block that it had before.</summary>
    private async Task<TestNode> GoBackAsync(TestNode node, bool isDown, Branch branch, Func<Task> end)
    {
        if (isDown)
            await node.DisposeAsync();
        var head = await anvil.Chain.HeadAsync(Token);
        await branch.GoBackAsync(Token);
        await end();
        await anvil.Chain.MineToAsync(head + 1, Token);
        return isDown ? await StartAsync() : node;
    }

    /// <summary>A second validator votes for what the node has voted for.</summary>
    private async Task VoteTooAsync(TestNode node, int round)
    {
        var ours = await EpochAsync(node, epoch => epoch.ClaimRound == round && epoch.Status == EpochStatus.ClaimSubmitted);
        var app = await node.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(Token));
        var vote = ConsensusContract.SubmitClaim(app.Address, ours.LastBlock, ours.OutputsMerkleRoot!.Value);
        await anvil.Chain.SendAsync(DevnetAccounts.Validators[1], app.ConsensusAddress, vote, Token);
    }

    private Task<Epoch> AcceptedAsync(TestNode node, int round) =>
        EpochAsync(node, epoch => epoch.ClaimRound == round && epoch.Status == EpochStatus.ClaimAccepted);

    private Task<Epoch> EpochAsync(TestNode node, Func<Epoch, bool> reached) =>
        Story.UntilAsync(
            () => node.ReadAsync(db => db.Epochs.AsNoTracking().SingleOrDefaultAsync(epoch => epoch.VirtualIndex == 0, Token)),
            epoch => epoch is not null && reached(epoch)
        )!;

    private Task<Output?> ExecutedAsync(TestNode node, Func<Output?, bool> reached) =>
        Story.UntilAsync(
            () =>
                node.ReadAsync(db =>
                    db.Outputs.AsNoTracking().SingleOrDefaultAsync(output => output.ExecutionTransactionHash != null, Token)
                ),
            reached
        );

    /// <summary>Once its blocks are final, nothing of an epoch is watched any more.</summary>
    private async Task ShouldBecomeFinalAsync(TestNode node)
    {
        await anvil.Chain.MineAsync(100, Token);
        await AcceptedAsync(node, round: 1);
        await EpochAsync(node, epoch => !epoch.IsProvisional);
    }

    private async Task ShouldBeAcceptedAgainAsync(TestNode node, Address application, Epoch before)
    {
        var after = await AcceptedAsync(node, round: 1);
        (after.ClaimBlockHash, after.AcceptanceBlockHash).ShouldNotBe((before.ClaimBlockHash, before.AcceptanceBlockHash));
        (await HashAsync(after.ClaimBlockNumber!.Value), await HashAsync(after.AcceptanceBlockNumber!.Value)).ShouldBe(
            (after.ClaimBlockHash, after.AcceptanceBlockHash)
        );
        await ShouldTellBothAsync(node, application, before);
        var app = await node.ReadAsync(db => db.Applications.AsNoTracking().SingleAsync(Token));
        app.State.ShouldBe(ApplicationState.Enabled);
        var logs = await anvil.Chain.Client.GetLogsAsync(
            new LogFilter([app.ConsensusAddress], [], 0, await anvil.Chain.HeadAsync(Token)),
            Token
        );
        var submitted = logs.Where(log => log.Topics[0] == ConsensusContract.ClaimSubmittedTopic)
            .Select(ConsensusContract.DecodeClaimSubmitted);
        submitted.Count(claim => claim.Submitter == DevnetAccounts.ClaimOwner).ShouldBe(1);
        var accepted = logs.Where(log => log.Topics[0] == ConsensusContract.ClaimAcceptedTopic)
            .Select(ConsensusContract.DecodeClaimAccepted);
        accepted.ShouldHaveSingleItem().OutputsMerkleRoot.ShouldBe(before.OutputsMerkleRoot!.Value);
        // Whatever else it was given up for, one of ours is in a block, and none is on its way.
        var transactions = await node.ReadAsync(db => db.Transactions.AsNoTracking().ToListAsync(Token));
        transactions.Where(row => row.State != TransactionState.Dropped).ShouldHaveSingleItem().State.ShouldBe(TransactionState.Confirmed);
    }

    /// <summary>The event was published and handled once, and the saga has the acceptance of the second round.</summary>
    private async Task ShouldTellBothAsync(TestNode node, Address application, Epoch before)
    {
        await using var scope = node.Services.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<GetEpochLifecycle>>();
        var question = new GetEpochLifecycle
        {
            ChainId = AnvilProcess.ChainId,
            Application = application.ToString(),
            EpochIndex = before.Index,
        };
        var story = await Story.UntilAsync(
            async () => (await client.GetResponse<EpochLifecycle>(question, Token)).Message,
            story => story is { TimesReverted: 1, State: "Accepted", ClaimSubmittedAt: not null }
        );
        story.RevertedAt.ShouldNotBeNull().ShouldBeGreaterThan(before.ClaimSettledAt!.Value);
        story.AcceptedAt.ShouldNotBeNull().ShouldBeGreaterThan(story.RevertedAt!.Value);
        var told = await Story.UntilAsync(() => Task.FromResult(_reverted.Of(before.Index)), told => told.Count > 0);
        told.ShouldHaveSingleItem().ShouldBe((1, "accepted"));
    }

    private async Task<Hash32?> HashAsync(ulong block) => (await anvil.Chain.Client.GetBlockAsync(BlockTag.At(block), Token))?.Hash;

    /// <summary>What was published of claims that were taken back, once a message.</summary>
    private sealed class RevertedClaims : IConsumeObserver
    {
        private readonly Dictionary<Guid, EpochClaimReverted> _seen = [];

        public List<(int Round, string Stage)> Of(ulong epoch)
        {
            lock (_seen)
                return [.. _seen.Values.Where(told => told.EpochIndex == epoch).Select(told => (told.Round, told.Stage))];
        }

        public Task PreConsume<T>(ConsumeContext<T> context)
            where T : class
        {
            if (context.Message is EpochClaimReverted reverted)
            {
                lock (_seen)
                    _seen[context.MessageId!.Value] = reverted;
            }

            return Task.CompletedTask;
        }

        public Task PostConsume<T>(ConsumeContext<T> context)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }
}
