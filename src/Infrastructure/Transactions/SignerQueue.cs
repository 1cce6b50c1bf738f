using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// One sender at a time for an account of a chain, whoever uses it: a queue inside the process, a lease between replicas and services.
/// </summary>
internal sealed class SignerQueue(ITransactionSigner signer, IDatabaseProvider database, ChainIdentity chain) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    /// <summary>
    /// Sends in turn; <paramref name="otherwise"/> when another process holds the account. What is decided on in the turn is stored as the
    /// owner of the lease that it is given.
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
            return await send(lease, held.Token);
        }
        finally
        {
            _turn.Release();
        }
    }
}
