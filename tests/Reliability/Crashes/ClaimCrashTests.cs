using Microsoft.EntityFrameworkCore;
using Rollups.Contracts;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Reliability.Tests.Crashes;

/// <summary>
/// A process dies on the way of a claim's transaction to L1 and back. The next one has its database and its key, and sends no second one.
/// </summary>
[NeedsServers]
[Collection(CrashTests.Name)]
public sealed class ClaimCrashTests(CrashTrial trial)
{
    private readonly Claims _claims = new(trial);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transaction_that_was_stored_and_not_sent_is_sent_by_the_next_process()
    {
        var nonce = await _claims.MinedAsync();
        var epoch = 0UL;
        await trial.DieAsync("claim-transaction-committed", async () => epoch = await trial.RunEpochAsync());

        var stored = await _claims.ShouldBeOnItsWayAsync(epoch, nonce);
        (await _claims.IsKnownAsync(stored.TransactionHash)).ShouldBeFalse();
        (await _claims.MinedAsync()).ShouldBe(nonce);
        (await _claims.InPoolAsync()).ShouldBe(0UL);

        trial.GoOn();
        (await _claims.ShouldBeOneAsync(epoch, nonce)).SignedTransaction.ShouldBe(stored.SignedTransaction);
    }

    [Fact]
    public async Task A_transaction_that_the_pool_has_and_nobody_knows_of_is_not_followed_by_another()
    {
        var nonce = await _claims.MinedAsync();
        var epoch = 0UL;
        await trial.DieAsync("transaction-sent", async () => epoch = await trial.RunEpochIntoPoolAsync());

        var stored = await _claims.ShouldBeOnItsWayAsync(epoch, nonce);
        (await _claims.IsKnownAsync(stored.TransactionHash)).ShouldBeTrue();
        (await _claims.MinedAsync()).ShouldBe(nonce);
        (await _claims.InPoolAsync()).ShouldBe(1UL);

        trial.GoOn();
        await trial.ReadyAsync();
        (await _claims.InPoolAsync()).ShouldBe(1UL);
        await trial.MineAgainAsync();
        (await _claims.ShouldBeOneAsync(epoch, nonce)).SignedTransaction.ShouldBe(stored.SignedTransaction);
    }

    [Fact]
    public async Task A_claim_that_was_mined_and_not_recorded_is_found_on_chain_and_recorded()
    {
        var nonce = await _claims.MinedAsync();
        var epoch = 0UL;
        await trial.DieAsync("acceptance-written", async () => epoch = await trial.RunEpochAsync());

        await _claims.ShouldBeOnItsWayAsync(epoch, nonce);
        (await _claims.SubmittedAsync(epoch)).ShouldBe(1);
        (await _claims.MinedAsync()).ShouldBe(nonce + 1);
        (await trial.WaitingEventsAsync()).ShouldNotContain(nameof(EpochClaimAccepted));

        trial.GoOn();
        await _claims.ShouldBeOneAsync(epoch, nonce);
    }

    [Fact]
    public async Task An_acceptance_that_was_recorded_and_not_announced_is_announced()
    {
        var nonce = await _claims.MinedAsync();
        var epoch = 0UL;
        await trial.DieAsync("acceptance-committed", async () => epoch = await trial.RunEpochAsync());

        (await trial.EpochAsync(epoch)).Status.ShouldBe(EpochStatus.ClaimAccepted);
        (await _claims.StoredAsync(epoch)).ShouldHaveSingleItem().State.ShouldBe(TransactionState.Confirmed);
        var waiting = await trial.WaitingEventsAsync();
        waiting.TakeLast(2).ShouldBe([nameof(EpochClaimSubmitted), nameof(EpochClaimAccepted)]);

        trial.GoOn();
        await _claims.ShouldBeOneAsync(epoch, nonce);
    }

    [Fact]
    public async Task A_dearer_version_that_was_stored_and_not_sent_is_sent_and_takes_the_place_of_the_first()
    {
        var nonce = await _claims.MinedAsync();
        var (epoch, first) = (0UL, default(L1Transaction)!);
        await trial.DieAsync(
            "replacement-committed",
            async () =>
            {
                epoch = await trial.RunEpochIntoPoolAsync();
                await trial.UntilAsync(db => db.Transactions.AnyAsync(row => row.EpochIndex == epoch, Cancel));
                first = (await _claims.StoredAsync(epoch)).Single();
                await CrashTrial.UntilAsync(() => _claims.IsKnownAsync(first.TransactionHash));
                // No block has room for it.
                await _claims.SetBlockGasAsync(first.GasLimit - 1);
                await trial.Chain.MineAsync(CrashTrial.ReplaceAfter + 1, Cancel);
            }
        );

        var dearer = await _claims.ShouldBeOnItsWayAsync(epoch, nonce);
        dearer.TransactionHash.ShouldNotBe(first.TransactionHash);
        dearer.MaxFeePerGas.ShouldBeGreaterThan(first.MaxFeePerGas);
        (await _claims.IsKnownAsync(first.TransactionHash)).ShouldBeTrue();
        (await _claims.IsKnownAsync(dearer.TransactionHash)).ShouldBeFalse();

        await _claims.SetBlockGasAsync(Claims.BlockGas);
        trial.GoOn();
        await CrashTrial.UntilAsync(() => _claims.IsKnownAsync(dearer.TransactionHash));
        (await _claims.IsKnownAsync(first.TransactionHash)).ShouldBeFalse();
        await trial.MineAgainAsync();
        (await _claims.ShouldBeOneAsync(epoch, nonce)).TransactionHash.ShouldBe(dearer.TransactionHash);
        (await trial.EpochAsync(epoch)).ClaimTransactionHash.ShouldBe(dearer.TransactionHash);
    }
}
