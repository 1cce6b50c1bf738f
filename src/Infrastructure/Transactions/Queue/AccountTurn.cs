using Rollups.Chain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// Allows one sender at a time per account and chain: a queue within the process, a lease between replicas and services.
/// </summary>
internal sealed class AccountTurn(ITransactionSigner signer, IDatabaseProvider database, ChainIdentity chain, FollowChainPolicy policy)
    : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    /// <summary>
    /// Sends in turn; returns <paramref name="otherwise"/> if another process holds the account. Decisions made in the turn are stored
    /// under the lease passed to it.
    /// </summary>
    public async Task<TResult> InTurnAsync<TResult>(
        Func<ILease, CancellationToken, Task<TResult>> send,
        TResult otherwise,
        CancellationToken cancellationToken
    )
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var lease = await database.TryAcquireLeaseAsync($"signer:{chain.ChainId}:{signer.Address}", cancellationToken);
            if (lease is null)
                return otherwise;
            using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
            // Another process may have sent at a looser tag before; then this one watches what it left.
            await policy.IsFinalAsync(held.Token);
            return await send(lease, held.Token);
        }
        finally
        {
            _turn.Release();
        }
    }
}
