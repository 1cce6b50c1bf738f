using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>The fees to offer now, within <see cref="TransactionOptions.MaxFeePerGasGwei"/>.</summary>
internal sealed class BoundedFees(FeeEstimator market, TransactionOptions options)
{
    /// <summary>Fees of a new transaction.</summary>
    public async Task<TransactionFees> CurrentAsync(CancellationToken cancellationToken) =>
        FeeRules.Bounded(await market.EstimateAsync(cancellationToken), options.MaxFeePerGas);

    /// <summary>Fees that replace those of the transaction; null if the bound leaves no room for the increase.</summary>
    public async Task<TransactionFees?> RaisedAsync(L1Transaction stuck, CancellationToken cancellationToken) =>
        FeeRules.Raised(
            new TransactionFees(stuck.MaxFeePerGas, stuck.MaxPriorityFeePerGas, stuck.IsLegacy),
            await market.EstimateAsync(cancellationToken),
            options.ReplacementFeePercent,
            options.MaxFeePerGas
        );
}
