using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>The fees to offer now, within <see cref="TransactionOptions.MaxFeePerGasGwei"/>.</summary>
internal sealed class BoundedFees(FeeEstimator market, TransactionOptions options)
{
    /// <summary>Fees of a new transaction.</summary>
    public async Task<TransactionFees> CurrentAsync(CancellationToken cancellationToken) =>
        FeeRules.Bounded(await market.EstimateAsync(cancellationToken), options.MaxFeePerGas);

    /// <summary>
    /// Whether the bound leaves room for the increase that L1 nodes require. The market does not matter for that, so it costs no request.
    /// </summary>
    public bool CanRaise(L1Transaction stuck) => Raised(FeesOf(stuck), FeesOf(stuck)) is not null;

    /// <summary>Fees that replace those of the transaction; null if the bound leaves no room for the increase.</summary>
    public async Task<TransactionFees?> RaisedAsync(L1Transaction stuck, CancellationToken cancellationToken) =>
        Raised(FeesOf(stuck), await market.EstimateAsync(cancellationToken));

    private TransactionFees? Raised(TransactionFees stuck, TransactionFees current) =>
        FeeRules.Raised(stuck, current, options.ReplacementFeePercent, options.MaxFeePerGas);

    private static TransactionFees FeesOf(L1Transaction stuck) => new(stuck.MaxFeePerGas, stuck.MaxPriorityFeePerGas, stuck.IsLegacy);
}
