using Microsoft.Extensions.DependencyInjection;
using Rollups.Claimer.Tests;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing.Fakes;

namespace Rollups.Transactions.Tests.Queue;

/// <summary>
/// An endpoint whose nodes are not equally far shows an epoch as if nothing had been sent for it yet, while the receipt is known.
/// </summary>
public sealed class DuplicateTransactionTests
{
    private static readonly Address Us = FakeChain.AddressOf(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TransactionKind.SubmitClaim)]
    [InlineData(TransactionKind.JoinTournament)]
    [InlineData(TransactionKind.Settle)]
    public async Task An_epoch_whose_transaction_was_mined_gets_no_second_of_its_kind_unless_a_reorganisation_takes_it_back(
        TransactionKind kind
    )
    {
        await using var host = await ClaimerService.CreateAsync(new FakeChain { Head = 20 }, new FakeSigner(Us));
        var app = await host.AddApplicationAsync("echo", FakeChain.AddressOf(2), FakeChain.AddressOf(3));
        var request = new TransactionRequest(
            app,
            await host.AddEpochAsync(app, 1, FakeChain.HashOf("root")),
            kind,
            app.ConsensusAddress,
            [1]
        );
        var nonces = host.Services.GetRequiredService<StoredNonces>();
        await using var turn = await host.LeaseAsync("signer:31337:us");
        (await StoreAsync(0)).ShouldBeTrue();
        await host
            .Services.GetRequiredService<TransactionEnds>()
            .EndAsync("echo", (await host.TransactionsAsync()).ShouldHaveSingleItem(), TransactionState.Confirmed, null, Cancel);

        (await nonces.NextAsync(turn, 1, Cancel)).ShouldBe(1UL);
        (await StoreAsync(1)).ShouldBeFalse();

        (await nonces.NextAsync(turn, 0, Cancel)).ShouldBe(0UL);
        (await StoreAsync(0)).ShouldBeTrue();

        async Task<bool> StoreAsync(ulong nonce)
        {
            var unsigned = new UnsignedTransaction(31337, nonce, request.To, 0, request.Data, 21_000, new TransactionFees(7, 1, false));
            var signed = new SignedTransaction([(byte)nonce], FakeChain.HashOf(Guid.NewGuid().ToString()));
            var store = host.Services.GetRequiredService<StoreTransactions>();
            return await store.StoreAsync(turn, request, new SignedDraft(unsigned, signed), 20, Cancel) is not null;
        }
    }
}
