using System.Numerics;
using Rollups.Ethereum;

namespace Rollups.Cli.L1;

/// <summary>What a transaction may cost.</summary>
/// <param name="GasLimit">Gas units, with a margin.</param>
/// <param name="Fees">Wei per gas unit.</param>
/// <param name="Value">Wei that it transfers.</param>
internal sealed record Quote(ulong GasLimit, TransactionFees Fees, BigInteger Value)
{
    /// <summary>The highest fee, in wei.</summary>
    public BigInteger Fee => GasLimit * Fees.MaxFeePerGas;

    /// <summary>Fee and value, in wei.</summary>
    public BigInteger Most => Fee + Value;
}
