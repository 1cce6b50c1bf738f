using System.Numerics;
using CsCheck;

namespace Rollups.Ethereum.Tests.Transactions;

public sealed class FeeRulesTests
{
    private static readonly Gen<BigInteger> Wei = Gen.ULong[0, 1_000_000_000_000].Select(wei => new BigInteger(wei));

    [Theory]
    [InlineData(100, 10, 0, 0, 125, 13)]
    [InlineData(100, 10, 400, 50, 400, 50)]
    [InlineData(100, 0, 0, 0, 125, 1)]
    [InlineData(0, 0, 0, 0, 1, 1)]
    public void Both_fees_rise_by_the_percentage_or_to_what_the_chain_asks(
        int fee,
        int tip,
        int marketFee,
        int marketTip,
        int raisedFee,
        int raisedTip
    ) =>
        FeeRules
            .Raised(new(fee, tip, false), new(marketFee, marketTip, false), 25, 1000)
            .ShouldBe(new TransactionFees(raisedFee, raisedTip, false));

    [Fact]
    public void The_price_of_a_legacy_transaction_rises_and_it_stays_legacy() =>
        FeeRules.Raised(new(100, 0, true), new(50, 7, false), 25, 1000).ShouldBe(new TransactionFees(125, 0, true));

    [Fact]
    public void The_bound_is_kept_as_long_as_nodes_take_the_rest() =>
        FeeRules.Raised(new(100, 0, true), new(500, 0, true), 25, 110).ShouldBe(new TransactionFees(110, 0, true));

    [Fact]
    public void A_bound_without_room_gives_nothing() => FeeRules.Raised(new(100, 0, true), new(500, 0, true), 25, 109).ShouldBeNull();

    /// <summary>So whether a transaction can be replaced is known without a request for the market.</summary>
    [Fact]
    public void Whether_the_bound_leaves_room_does_not_depend_on_the_market() =>
        Gen.Select(Wei, Wei, Wei, Wei, Gen.Int[10, 1000], Wei)
            .Sample(
                (fee, tip, marketFee, marketTip, percent, most) =>
                {
                    var old = new TransactionFees(BigInteger.Max(fee, tip), BigInteger.Min(fee, tip), false);
                    return FeeRules.Raised(old, new(marketFee, marketTip, false), percent, most) is null
                        == FeeRules.Raised(old, old, percent, most) is null;
                }
            );

    [Fact]
    public void What_replaces_is_a_tenth_more_on_both_fees_within_the_bound_and_the_tip_within_the_fee() =>
        Gen.Select(Wei, Wei, Wei, Wei, Gen.Int[10, 1000], Wei)
            .Sample(
                (fee, tip, marketFee, marketTip, percent, most) =>
                {
                    var old = new TransactionFees(BigInteger.Max(fee, tip), BigInteger.Min(fee, tip), false);
                    return FeeRules.Raised(old, new(marketFee, marketTip, false), percent, most) is not { } raised
                        || (
                            raised.MaxFeePerGas * 10 >= old.MaxFeePerGas * 11
                            && raised.MaxPriorityFeePerGas * 10 >= old.MaxPriorityFeePerGas * 11
                            && raised.MaxFeePerGas <= most
                            && raised.MaxPriorityFeePerGas <= raised.MaxFeePerGas
                        );
                }
            );

    [Fact]
    public void A_new_transaction_offers_no_more_than_the_bound() =>
        FeeRules.Bounded(new(205, 150, false), 100).ShouldBe(new TransactionFees(100, 100, false));
}
