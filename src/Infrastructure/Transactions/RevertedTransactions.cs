using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>
/// Why a mined transaction reverted, which no receipt says: the same call is made as of its block, where L1 shows what was mined before it.
/// </summary>
internal sealed class RevertedTransactions(IEthereumClient client)
{
    /// <summary>LOST_RACE where somebody else was faster, else REVERTED.</summary>
    /// <exception cref="EthereumUnreachableException">The endpoint does not answer: nothing is known yet.</exception>
    public async Task<TransactionState> JudgeAsync(
        L1Transaction transaction,
        TransactionReceipt receipt,
        CancellationToken cancellationToken
    )
    {
        var call = new CallRequest(transaction.To, transaction.Data, transaction.Signer, new BigInteger(transaction.Value));
        try
        {
            try
            {
                await client.CallAsync(call, BlockTag.At(receipt.BlockNumber), cancellationToken);
            }
            catch (EthereumRpcException exception) when (exception is not ContractRevertedException)
            {
                // The endpoint may have forgotten that block's state; the newest says as much of who was faster.
            }

            // The contract takes it: what failed was its gas, and that was enough before somebody else's transaction made it dearer.
            return await client.EstimateGasAsync(call, cancellationToken) > transaction.GasLimit
                ? TransactionState.LostRace
                : TransactionState.Reverted;
        }
        catch (ContractRevertedException revert)
        {
            return Refusals.Of(transaction.Kind, revert) == Refusal.Overtaken ? TransactionState.LostRace : TransactionState.Reverted;
        }
        catch (EthereumRpcException)
        {
            return TransactionState.Reverted;
        }
    }
}
