using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Claimer.Tests;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Transactions.Tests.Fates;

/// <summary>A transaction that no service polls any more uses up its nonce all the same.</summary>
public sealed class OrphanTests : SingleApplication
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stopped_application_s_transaction_uses_up_its_nonce_before_the_next_is_sent()
    {
        Chain.FailSend = _ => new EthereumRpcException("eth_sendRawTransaction", -32003, "try later");
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.FailSend = _ => null;
        Claim(Us, 3, OtherRoot);
        await Host.PassAsync();
        await ShouldHaveStoppedAsync(InoperableKind.Diverged);
        // The claim above was sent by the same account in another way; the stored one has lost its place.
        var other = await Host.AddApplicationAsync("other", FakeChain.AddressOf(11), Consensus.Address);
        await Host.AddEpochAsync(other, 3, Root);
        // What used the nonce counts as of the block before the newest.
        Chain.Mine();

        await Host.PassAsync();

        (await Host.StatusAsync(other, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        (await Host.TransactionsAsync())
            .Select(row => (row.Nonce, row.State))
            .ShouldBe([(0ul, TransactionState.Dropped), (1ul, TransactionState.Confirmed)]);
    }

    [Fact]
    public async Task A_stored_transaction_that_was_never_broadcast_does_not_block_the_account_when_its_application_is_switched_off()
    {
        Chain.FailSend = _ => new EthereumRpcException("eth_sendRawTransaction", -32003, "try later");
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.FailSend = _ => null;
        await Host.ChangeAsync(db =>
            db.Applications.Where(app => app.Id == Echo.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(app => app.State, ApplicationState.Disabled))
        );
        var other = await Host.AddApplicationAsync("other", FakeChain.AddressOf(11), Consensus.Address);
        await Host.AddEpochAsync(other, 3, Root);

        await Host.PassAsync();

        (await Host.StatusAsync(other, 3)).ShouldBe(EpochStatus.ClaimAccepted);
        Chain.Pool.ShouldBe(0);
    }

    /// <summary>Otherwise the claim of the node's only application would wait in no pool until somebody enables it again.</summary>
    [Theory]
    [InlineData(ApplicationState.Disabled)]
    [InlineData(ApplicationState.Removing)]
    public async Task The_claim_of_an_application_that_is_switched_off_comes_to_its_end_by_heads_alone(ApplicationState state)
    {
        Chain.FailSend = _ => new EthereumRpcException("eth_sendRawTransaction", -32003, "try later");
        await Host.AddEpochAsync(Echo, 3, Root);
        await Host.PassAsync();
        Chain.FailSend = _ => null;
        await Host.SetStateAsync(Echo, state);
        var listener = Host.Services.GetServices<IHeadListener>().OfType<EndUrgentOrphans>().Single();

        for (var head = 0; head < 3; head++)
        {
            await listener.OnHeadAsync((await Chain.GetBlockAsync(BlockTag.Latest, Cancel))!, Cancel);
            Chain.Mine();
        }

        (await Host.TransactionsAsync()).ShouldHaveSingleItem().State.ShouldBe(TransactionState.Confirmed);
    }
}
