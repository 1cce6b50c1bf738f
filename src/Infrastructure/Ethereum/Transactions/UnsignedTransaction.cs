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
