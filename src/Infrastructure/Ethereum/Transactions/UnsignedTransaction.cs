using System.Numerics;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>A transaction before it is signed.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Nonce">Account nonce.</param>
/// <param name="To">Called contract.</param>
/// <param name="Value">Wei.</param>
/// <param name="Data">Call data.</param>
/// <param name="GasLimit">Gas units.</param>
/// <param name="Fees">EIP-1559 or legacy fees.</param>
public sealed record UnsignedTransaction(
    ulong ChainId,
    ulong Nonce,
    Address To,
    BigInteger Value,
    byte[] Data,
    ulong GasLimit,
    TransactionFees Fees
);

/// <summary>What a transaction pays per unit of gas.</summary>
/// <param name="MaxFeePerGas">Wei; the gas price of a legacy transaction.</param>
/// <param name="MaxPriorityFeePerGas">Wei; unused in a legacy transaction.</param>
/// <param name="IsLegacy">True for type 0.</param>
public sealed record TransactionFees(BigInteger MaxFeePerGas, BigInteger MaxPriorityFeePerGas, bool IsLegacy);

/// <summary>A transaction ready to be sent.</summary>
/// <param name="RawBytes">The bytes for eth_sendRawTransaction.</param>
/// <param name="Hash">Its hash.</param>
public sealed record SignedTransaction(byte[] RawBytes, Hash32 Hash);
