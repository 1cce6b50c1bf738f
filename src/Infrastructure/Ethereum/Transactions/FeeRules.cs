using System.Numerics;

namespace Rollups.Ethereum;

/// <summary>Rules for transaction fees. Pure.</summary>
public static class FeeRules
{
    /// <summary>
    /// A node replaces a transaction in its pool only if both fees rise by at least a tenth (geth's price bump; others require the
    /// same or less).
    /// </summary>
    public const int LeastIncreasePercent = 10;

    /// <summary>
    /// The fees, capped at <paramref name="most"/> wei per gas unit; while the chain demands more, the transaction waits.
    /// </summary>
    public static TransactionFees Bounded(TransactionFees fees, BigInteger most) =>
        fees with
        {
            MaxFeePerGas = BigInteger.Min(fees.MaxFeePerGas, most),
            MaxPriorityFeePerGas = BigInteger.Min(fees.MaxPriorityFeePerGas, most),
        };

    /// <summary>
    /// Fees that replace a stuck transaction: each fee is raised by the percentage, or to the current market fee if that is higher.
    /// Null if the cap leaves no room for the increase that nodes require.
    /// </summary>
    /// <param name="stuck">The fees of the transaction to replace; its kind is kept.</param>
    /// <param name="market">The fees of a new transaction.</param>
    /// <param name="percent">At least <see cref="LeastIncreasePercent"/>.</param>
    /// <param name="most">Wei per gas unit.</param>
    public static TransactionFees? Raised(TransactionFees stuck, TransactionFees market, int percent, BigInteger most)
    {
        var fee = BigInteger.Min(BigInteger.Max(Increased(stuck.MaxFeePerGas, percent), market.MaxFeePerGas), most);
        if (fee < Increased(stuck.MaxFeePerGas, LeastIncreasePercent))
            return null;
        if (stuck.IsLegacy)
            return stuck with { MaxFeePerGas = fee };
        var tip = BigInteger.Min(BigInteger.Max(Increased(stuck.MaxPriorityFeePerGas, percent), market.MaxPriorityFeePerGas), fee);
        return tip < Increased(stuck.MaxPriorityFeePerGas, LeastIncreasePercent)
            ? null
            : stuck with
            {
                MaxFeePerGas = fee,
                MaxPriorityFeePerGas = tip,
            };
    }

    // Rounded up, and never unchanged: a fee of 1 wei becomes 2.
    private static BigInteger Increased(BigInteger fee, int percent) => BigInteger.Max(((fee * (100 + percent)) + 99) / 100, fee + 1);
}
