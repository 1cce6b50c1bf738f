using System.Numerics;
using Microsoft.Extensions.Options;

namespace Rollups.Ethereum;

/// <summary>Chooses the fees of a transaction, asked afresh for each.</summary>
public sealed class FeeEstimator(IEthereumClient client, IOptions<EthereumOptions> options)
{
    private const int MethodNotFound = -32601;

    /// <summary>
    /// EIP-1559 where the head has a base fee: the suggested tip, and as cap the tip plus twice the base fee, which outlasts six full blocks.
    /// Otherwise, or with Ethereum:LegacyTransactions, the node's gas price.
    /// </summary>
    public async Task<TransactionFees> EstimateAsync(CancellationToken cancellationToken)
    {
        var head = options.Value.LegacyTransactions ? null : await client.GetBlockAsync(BlockTag.Latest, cancellationToken);
        if (head?.BaseFeePerGas is not { } baseFee)
            return new TransactionFees(await client.GetGasPriceAsync(cancellationToken), BigInteger.Zero, IsLegacy: true);
        var tip = await TipAsync(baseFee, cancellationToken);
        return new TransactionFees(tip + (2 * baseFee), tip, IsLegacy: false);
    }

    private async Task<BigInteger> TipAsync(BigInteger baseFee, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetMaxPriorityFeeAsync(cancellationToken);
        }
        catch (EthereumRpcException exception) when (exception.Code == MethodNotFound)
        {
            // The method is not part of the standard; a node's gas price is its suggested tip above the base fee.
            return BigInteger.Max(await client.GetGasPriceAsync(cancellationToken) - baseFee, BigInteger.Zero);
        }
    }
}
