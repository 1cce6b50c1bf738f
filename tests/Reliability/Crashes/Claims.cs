using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Rollups.Devnet;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Reliability.Tests.Check;

namespace Rollups.Reliability.Tests.Crashes;

/// <summary>What database, pool and chain show of the claim of an epoch.</summary>
internal sealed class Claims(CrashTrial trial)
{
    /// <summary>What a block of Anvil has room for, in gas units.</summary>
    public const ulong BlockGas = 30_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The account's transactions in blocks.</summary>
    public Task<ulong> MinedAsync() => trial.Chain.Client.GetTransactionCountAsync(DevnetAccounts.ClaimOwner, BlockTag.Latest, Cancel);

    /// <summary>The account's transactions in the L1 node's pool.</summary>
    public async Task<ulong> InPoolAsync() =>
        await trial.Chain.Client.GetTransactionCountAsync(DevnetAccounts.ClaimOwner, BlockTag.Pending, Cancel) - await MinedAsync();

    /// <summary>Whether the L1 node has it, in a block or not.</summary>
    public async Task<bool> IsKnownAsync(Hash32 transaction) =>
        await trial.Chain.RpcAsync("eth_getTransactionByHash", [transaction.ToString()], Cancel) is not null;

    /// <summary>Logs ClaimSubmitted of the epoch.</summary>
    public async Task<int> SubmittedAsync(ulong epoch)
    {
        var filter = new LogFilter(
            [trial.Cluster.Applications[0].Authority],
            [
                [ConsensusContract.ClaimSubmittedTopic],
            ],
            0,
            await trial.Chain.HeadAsync(Cancel)
        );
        return (await trial.Chain.Client.GetLogsAsync(filter, Cancel)).Count(log =>
            ChainTruth.EpochOf(ConsensusContract.DecodeClaimSubmitted(log).LastBlock) == epoch
        );
    }

    /// <summary>The epoch's stored transactions.</summary>
    public Task<List<L1Transaction>> StoredAsync(ulong epoch) =>
        trial.Cluster.ReadAsync(db =>
            db.Transactions.AsNoTracking().Where(row => row.EpochIndex == epoch).OrderBy(row => row.Id).ToListAsync(Cancel)
        );

    /// <summary>The one stored transaction of the epoch, on its way as far as the database knows, with the account's next nonce.</summary>
    public async Task<L1Transaction> ShouldBeOnItsWayAsync(ulong epoch, ulong nonce)
    {
        (await trial.EpochAsync(epoch)).Status.ShouldBe(EpochStatus.ClaimCalculated);
        var stored = (await StoredAsync(epoch)).ShouldHaveSingleItem();
        (stored.State, stored.Nonce).ShouldBe((TransactionState.Pending, nonce));
        return stored;
    }

    /// <summary>
    /// The end of every test: one transaction stored, sent and mined, one nonce used, nothing left in the pool, and all else as the chain
    /// asks for.
    /// </summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="nonce">The account's nonce before it.</param>
    public async Task<L1Transaction> ShouldBeOneAsync(ulong epoch, ulong nonce)
    {
        await trial.ShouldSettleAsync();
        var stored = (await StoredAsync(epoch)).ShouldHaveSingleItem();
        (stored.State, stored.Nonce).ShouldBe((TransactionState.Confirmed, nonce));
        (await SubmittedAsync(epoch)).ShouldBe(1);
        (await MinedAsync()).ShouldBe(nonce + 1);
        (await InPoolAsync()).ShouldBe(0UL);
        return stored;
    }

    /// <summary>Sets what a block has room for, in gas units.</summary>
    public Task SetBlockGasAsync(ulong gas) =>
        trial.Chain.RpcAsync("evm_setBlockGasLimit", ["0x" + gas.ToString("x", CultureInfo.InvariantCulture)], Cancel);
}
