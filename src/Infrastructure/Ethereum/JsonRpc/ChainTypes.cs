using System.Numerics;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>The part of a block header that the node uses.</summary>
/// <param name="Number">Block number.</param>
/// <param name="Hash">Block hash.</param>
/// <param name="ParentHash">Hash of the block before.</param>
/// <param name="Timestamp">Seconds since 1970, UTC.</param>
/// <param name="BaseFeePerGas">Wei, or null on a chain without EIP-1559.</param>
public sealed record BlockHeader(ulong Number, Hash32 Hash, Hash32 ParentHash, ulong Timestamp, BigInteger? BaseFeePerGas);

/// <summary>A message call.</summary>
/// <param name="To">Contract.</param>
/// <param name="Data">Selector and ABI-encoded arguments.</param>
/// <param name="From">Sender, or null for the zero address.</param>
/// <param name="Value">Wei to send along.</param>
public sealed record CallRequest(Address To, byte[] Data, Address? From = null, BigInteger Value = default);

/// <summary>Outcome of one call of a batch: return data, or the revert.</summary>
/// <param name="Data">Return data; null where the call failed.</param>
/// <param name="Error">The revert; null where the call succeeded.</param>
public sealed record CallOutcome(byte[]? Data, ContractRevertedException? Error);

/// <summary>What eth_getLogs is asked for.</summary>
/// <param name="Addresses">Emitting contracts; empty for any.</param>
/// <param name="Topics">Per position the accepted values; null or empty for any.</param>
/// <param name="FromBlock">First block, inclusive.</param>
/// <param name="ToBlock">Last block, inclusive.</param>
public sealed record LogFilter(
    IReadOnlyList<Address> Addresses,
    IReadOnlyList<IReadOnlyList<Hash32>?> Topics,
    ulong FromBlock,
    ulong ToBlock
);

/// <summary>Receipt of a mined transaction.</summary>
/// <param name="TransactionHash">The transaction.</param>
/// <param name="BlockNumber">Block it is in.</param>
/// <param name="BlockHash">Hash of that block.</param>
/// <param name="Succeeded">False when it reverted.</param>
/// <param name="GasUsed">Gas units.</param>
/// <param name="EffectiveGasPrice">Wei a gas unit.</param>
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
