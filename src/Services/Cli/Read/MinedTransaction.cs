using System.Numerics;
using Rollups.Contracts;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>A receipt.</summary>
/// <param name="TransactionHash">The version that was mined.</param>
/// <param name="BlockNumber">L1 block.</param>
/// <param name="Succeeded">False if it reverted.</param>
/// <param name="GasUsed">Gas units.</param>
/// <param name="Fee">What the account paid for gas, in wei.</param>
internal sealed record MinedTransaction(Hash32 TransactionHash, ulong BlockNumber, bool Succeeded, ulong GasUsed, BigInteger Fee)
{
    /// <summary>Whether a transaction that is mined took effect, by its stored state.</summary>
    public static bool HasSucceeded(TransactionState state) => state is not (TransactionState.Reverted or TransactionState.LostRace);
}
