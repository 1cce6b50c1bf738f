using System.Numerics;
using Microsoft.Extensions.Options;

namespace Rollups.Ethereum;

/// <summary>Chooses the fees of a transaction, querying the endpoint each time.</summary>
public sealed class FeeEstimator(IEthereumClient client, IOptions<EthereumOptions> options)
{
    // A tip that the large networks accept, for an endpoint that suggests none; wei per gas unit.
    private static readonly BigInteger OneGwei = 1_000_000_000;

    /// <summary>
    /// EIP-1559 if the head has a base fee: the suggested tip, and as cap the tip plus twice the base fee, which outlasts six full
    /// blocks. Otherwise, or with Ethereum:LegacyTransactions, the node's gas price. If the endpoint suggests no tip, its gas price is
    /// queried instead; if that fails too, the tip is 1 gwei, so that no claim waits forever for an optional method.
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
        // The method is not part of the standard; a node's gas price is its suggested tip above the base fee.
        return await TryAsync(client.GetMaxPriorityFeeAsync, cancellationToken)
            ?? (
                await TryAsync(client.GetGasPriceAsync, cancellationToken) is { } price
                    ? BigInteger.Max(price - baseFee, BigInteger.Zero)
                    : OneGwei
            );
    }

    private static async Task<BigInteger?> TryAsync(Func<CancellationToken, Task<BigInteger>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(cancellationToken);
        }
        catch (EthereumRpcException)
        {
            return null;
        }
    }
}
