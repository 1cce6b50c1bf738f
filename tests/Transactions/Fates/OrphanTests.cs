using Microsoft.EntityFrameworkCore;
using Rollups.Claimer.Tests;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.Transactions.Tests.Fates;

/// <summary>A transaction that no service polls any more uses up its nonce all the same.</summary>
public sealed class OrphanTests : SingleApplication
{
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
}
