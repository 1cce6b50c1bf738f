using System.Numerics;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>
/// Finds why a mined transaction reverted, which no receipt states: repeats the call as of its block, whose state includes what was mined
/// before it.
/// </summary>
internal sealed class RevertReasons(IEthereumClient client)
{
    /// <summary>LOST_RACE if another sender was faster, else REVERTED.</summary>
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
                // The endpoint may have pruned that block's state; the newest shows just as well who was faster.
            }

            // The contract accepts the call: it ran out of gas, and its limit sufficed before another sender's transaction made it
            // dearer.
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
