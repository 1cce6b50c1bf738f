using System.Numerics;
using CsCheck;
using Rollups.Domain;

namespace Rollups.Ethereum.Tests.Abi;

public sealed class AbiReaderTests
{
    private static readonly AbiFunction Everything = new("everything(address,uint256,bytes,bytes32,uint64,bytes)");

    [Fact]
    public void What_is_encoded_is_read_back()
    {
        var gen = Gen.Select(
            Gen.Byte.Array[20],
            Gen.Byte.Array[32],
            Gen.Byte.Array[0, 100],
            Gen.Byte.Array[32],
            Gen.ULong[0, long.MaxValue],
            Gen.Byte.Array[0, 100]
        );
        gen.Sample(
            (address, word, first, hash, number, second) =>
            {
                var big = new BigInteger(word, isUnsigned: true, isBigEndian: true);
                var data = Everything.Encode(
                    AbiValue.Of(new Address(address)),
                    AbiValue.Of(big),
                    AbiValue.Of(first),
                    AbiValue.Of(new Hash32(hash)),
                    AbiValue.Of(number),
                    AbiValue.Of(second)
                );
                var reader = new AbiReader(data.AsSpan(4));
                reader.Address(0).ShouldBe(new Address(address));
                reader.UInt256(1).ShouldBe(big);
                reader.Bytes(2).ShouldBe(first);
                reader.Hash(3).ShouldBe(new Hash32(hash));
                reader.Number(4, "number").ShouldBe(number);
                reader.Bytes(5).ShouldBe(second);
            }
        );
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_and_never_crash()
    {
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[0, 6])
            .Sample(
                (data, position) =>
                {
                    Try(() => new AbiReader(data).Bytes(position));
                    Try(() => new AbiReader(data).Address(position));
                    Try(() => new AbiReader(data).Number(position, "number"));
                    Try(() => new AbiReader(data).Bool(position));
                    Try(() => EvmAdvance.Decode(data));
                    RevertReason.Describe(data).ShouldNotBeEmpty();
                }
            );

        static void Try(Action read)
        {
            try
            {
                read();
            }
            catch (AbiException)
            {
                // Refused: fine.
            }
        }
    }

    [Fact]
    public void A_number_above_the_largest_signed_one_is_refused_by_name()
    {
        var largest = AbiValue.Of((ulong)long.MaxValue).Encoded;
        new AbiReader(largest).Number(0, "input index").ShouldBe((ulong)long.MaxValue);

        foreach (
            var tooLarge in new[]
            {
                (BigInteger)long.MaxValue + 1,
                ulong.MaxValue,
                (BigInteger)ulong.MaxValue + 1,
                BigInteger.Pow(2, 256) - 1,
            }
        )
        {
            var word = AbiValue.Of(tooLarge).Encoded;
            Should
                .Throw<AbiException>(() => new AbiReader(word).Number(0, "input index"))
                .Message.ShouldBe($"The input index {Hex.Encode(word)} is larger than 2^63-1.");
        }
    }

    [Fact]
    public void An_address_with_dirty_upper_bytes_is_refused() =>
        Should.Throw<AbiException>(() => new AbiReader(AbiValue.Of(BigInteger.Pow(2, 160)).Encoded).Address(0));

    [Fact]
    public void A_bool_is_zero_or_one_and_nothing_else()
    {
        new AbiReader(AbiValue.Of(0UL).Encoded).Bool(0).ShouldBeFalse();
        new AbiReader(AbiValue.Of(1UL).Encoded).Bool(0).ShouldBeTrue();
        Should.Throw<AbiException>(() => new AbiReader(AbiValue.Of(2UL).Encoded).Bool(0));
    }

    [Fact]
    public void The_empty_answer_of_an_address_without_code_says_what_was_expected() =>
        Should
            .Throw<AbiException>(() => new AbiReader([]).Address(0))
            .Message.ShouldBe("Expected a 32-byte word at byte 0, but the data has 0 bytes.");

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000040", "00")] // offset behind the end
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "00")] // offset that would wrap
    [InlineData("000000000000000000000000000000000000000000000000000000007fffffff", "00")]
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000020",
        "0000000000000000000000000000000000000000000000000000000000000021"
    )] // one byte too long
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000020",
        "0000000000000000000000000000000000000000000000007fffffffffffffff"
    )]
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000020",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    )]
    public void Bytes_that_reach_outside_the_data_are_refused(string offset, string length)
    {
        var data = Convert.FromHexString(offset + length + new string('0', 64));
        Should.Throw<AbiException>(() => new AbiReader(data).Bytes(0));
    }

    [Fact]
    public void A_number_that_does_not_fit_a_word_cannot_be_encoded()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => AbiValue.Of(BigInteger.Pow(2, 256)));
        Should.Throw<ArgumentOutOfRangeException>(() => AbiValue.Of(BigInteger.MinusOne));
    }
}
