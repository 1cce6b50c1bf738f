using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>
/// A pending claim whose inputs are gone from L1 must not be mined. Checks for one at every head, at the cost of one query, and closes it
/// without waiting for the account's next transaction.
/// </summary>
internal sealed class CancelWorthlessTransactions(
    IEthereumClient client,
    ITransactionSigner signer,
    StoredTransactions transactions,
    SignerQueue queue,
    FollowTransactions follow,
    ChainPolicy chain
) : IHeadListener
{
    public string Purpose => "cancel claims whose inputs are gone from L1";

    public async Task OnHeadAsync(BlockHeader head, CancellationToken cancellationToken)
    {
        if (
            !await transactions.IsAnyWorthlessAsync(signer.Address, cancellationToken)
            || await client.GetBlockAsync(BlockTag.Latest, cancellationToken) is not { } latest
            || await client.GetBlockAsync(chain.Tag, cancellationToken) is not { } top
        )
            return;
        await queue.InTurnAsync(
            async (turn, token) =>
            {
                await follow.ResolveOrphansAsync(turn, latest.Number, top.Number, token);
                return true;
            },
            false,
            cancellationToken
        );
    }
}
