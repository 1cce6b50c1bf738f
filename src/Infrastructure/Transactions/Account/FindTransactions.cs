using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>Finds the account's transaction with a nonce on L1, which has no query for it.</summary>
internal sealed class FindTransactions(IEthereumClient client, ITransactionSigner signer)
{
    /// <summary>
    /// The transaction and its block; null if the endpoint does not have the state of the account at the blocks in between any more. It
    /// halves the range by the account's transaction count, so it asks once per power of two, and reads one block.
    /// </summary>
    /// <param name="nonce">Nonce of the transaction.</param>
    /// <param name="before">Block as of which it was not mined.</param>
    /// <param name="last">Block as of which it was.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    public async Task<(MinedBy Transaction, ulong Block)?> FindAsync(
        ulong nonce,
        ulong before,
        ulong last,
        CancellationToken cancellationToken
    )
    {
        try
        {
            while (last - before > 1)
            {
                var middle = before + ((last - before) / 2);
                if (await client.GetTransactionCountAsync(signer.Address, BlockTag.At(middle), cancellationToken) > nonce)
                    last = middle;
                else
                    before = middle;
            }

            var sent = await client.GetTransactionsOfAsync(signer.Address, last, cancellationToken);
            return sent.FirstOrDefault(transaction => transaction.Nonce == nonce) is { } found ? (found, last) : null;
        }
        catch (EthereumRpcException)
        {
            return null;
        }
    }
}
