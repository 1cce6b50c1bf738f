using System.Numerics;

namespace Rollups.Ethereum;

/// <summary>The price of a transaction per unit of gas.</summary>
/// <param name="MaxFeePerGas">Wei; the gas price of a legacy transaction.</param>
/// <param name="MaxPriorityFeePerGas">Wei; unused in a legacy transaction.</param>
/// <param name="IsLegacy">True for type 0.</param>
public sealed record TransactionFees(BigInteger MaxFeePerGas, BigInteger MaxPriorityFeePerGas, bool IsLegacy);
