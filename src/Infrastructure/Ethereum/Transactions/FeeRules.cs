using System.Numerics;

namespace Rollups.Ethereum;

/// <summary>Which fees a transaction may have. Pure.</summary>
public static class FeeRules
{
    /// <summary>
    /// A node replaces a transaction in its pool only for a tenth more, on both fees (geth's price bump; others ask for the same or less).
    /// </summary>
    public const int LeastIncreasePercent = 10;

    /// <summary>The fees, but no more than <paramref name="most"/> wei a gas unit: what the chain asks beyond it is waited out.</summary>
    public static TransactionFees Bounded(TransactionFees fees, BigInteger most) =>
        fees with
        {
            MaxFeePerGas = BigInteger.Min(fees.MaxFeePerGas, most),
            MaxPriorityFeePerGas = BigInteger.Min(fees.MaxPriorityFeePerGas, most),
        };

    /// <summary>
    /// Fees that replace a stuck transaction: each fee is higher by the percentage, or what the chain asks now where that is more. Null
    /// where the bound leaves no room for the increase that nodes insist on.
    /// </summary>
    /// <param name="stuck">The fees of the transaction that is to be replaced; its kind is kept.</param>
    /// <param name="market">The fees of a new transaction.</param>
    /// <param name="percent">At least <see cref="LeastIncreasePercent"/>.</param>
    /// <param name="most">Wei a gas unit.</param>
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

    // Rounded up, and never the same: a fee of 1 wei becomes 2.
    private static BigInteger Increased(BigInteger fee, int percent) => BigInteger.Max(((fee * (100 + percent)) + 99) / 100, fee + 1);
}
