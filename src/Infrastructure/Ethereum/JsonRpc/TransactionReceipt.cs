using System.Numerics;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>Receipt of a mined transaction.</summary>
/// <param name="TransactionHash">The transaction.</param>
/// <param name="BlockNumber">Block it is in.</param>
/// <param name="BlockHash">Hash of that block.</param>
/// <param name="Succeeded">False when it reverted.</param>
/// <param name="GasUsed">Gas units.</param>
/// <param name="EffectiveGasPrice">Wei per gas unit.</param>
/// <param name="ContractAddress">The created contract, if it created one.</param>
/// <param name="Logs">Its event logs.</param>
public sealed record TransactionReceipt(
    Hash32 TransactionHash,
    ulong BlockNumber,
    Hash32 BlockHash,
    bool Succeeded,
    ulong GasUsed,
    BigInteger EffectiveGasPrice,
    Address? ContractAddress,
    IReadOnlyList<LogEntry> Logs
);
