using System.Numerics;
using Microsoft.Extensions.Options;

namespace Rollups.Ethereum;

/// <summary>Chooses the fees of a transaction, asked afresh for each.</summary>
public sealed class FeeEstimator(IEthereumClient client, IOptions<EthereumOptions> options)
{
    // A tip that the large networks take, for an endpoint that suggests none in any way; wei per gas unit.
    private static readonly BigInteger OneGwei = 1_000_000_000;

    /// <summary>
    /// EIP-1559 where the head has a base fee: the suggested tip, and as cap the tip plus twice the base fee, which outlasts six full
    /// blocks. Otherwise, or with Ethereum:LegacyTransactions, the node's gas price. An endpoint that suggests no tip, in whatever words,
    /// is asked for its gas price instead, and one that does not give that either gets a tip of 1 gwei: no claim waits for ever because an
    /// optional method is missing.
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
