using System.Numerics;
using System.Text.Json.Nodes;
using CsCheck;
using Nethereum.RLP;
using Nethereum.Signer;
using Rollups.Domain;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Transactions;

public sealed class SigningTests
{
    private static readonly BigInteger HalfOrder = TestVector.Big("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0"!);

    public static TheoryData<int> Transactions => [.. Enumerable.Range(0, TestVector.Viem["transactions"]!.AsArray().Count)];

    [Fact]
    public void Signatures_are_those_of_RFC_6979_with_a_low_s()
    {
        foreach (var vector in TestVector.Viem["signatures"]!.AsArray())
        {
            var signature = new EthECKey(vector!.Bytes("key"), isPrivate: true).SignAndCalculateYParityV(vector!.Bytes("hash"));
            (Number(signature.R), Number(signature.S), (int)signature.V.Single()).ShouldBe(
                (vector!.BigNumber("r"), vector!.BigNumber("s"), (int)vector!["yParity"]!)
            );
            Number(signature.S).ShouldBeLessThanOrEqualTo(HalfOrder);
        }
    }

    /// <summary>It is faster, but throws for keys with a leading zero byte, and it is a switch for the whole process.</summary>
    [Fact]
    public void Nobody_turns_on_the_faster_signatures_of_Nethereum() => EthECKey.SignRecoverable.ShouldBeFalse();

    [Theory]
    [MemberData(nameof(Transactions))]
    public async Task Transactions_are_signed_byte_for_byte_as_viem_does(int index)
    {
        var vector = TestVector.Viem["transactions"]![index]!;
        var transaction = Transaction(vector);
        var signer = new PrivateKeySigner(vector.Bytes("key"));

        signer.Address.ShouldBe(vector.Address("address"));
        new Hash32(TransactionEncoding.ToSignable(transaction).RawHash).ShouldBe(vector.Hash("signingHash"));
        var signed = await signer.SignAsync(transaction, TestContext.Current.CancellationToken);
        signed.Hash.ShouldBe(vector.Hash("hash"));
        if (vector["raw"] is { } raw)
            Hex.Encode(signed.RawBytes).ShouldBe((string)raw!);
    }

    [Fact]
    public void Rlp_agrees_with_viem()
    {
        foreach (var vector in TestVector.Viem["rlp"]!.AsArray())
            Hex.Encode(Encode(vector!["item"]!)).ShouldBe(vector!.Text("encoded"));

        static byte[] Encode(JsonNode item) =>
            item is JsonArray list
                ? RLP.EncodeList([.. list.Select(member => Encode(member!))])
                : RLP.EncodeElement(Hex.Decode((string)item!));
    }

    [Fact]
    public void A_number_in_rlp_has_no_leading_zeros()
    {
        Hex.Encode(Encode(0)).ShouldBe("0x80");
        Hex.Encode(Encode(0x7f)).ShouldBe("0x7f");
        Hex.Encode(Encode(0x80)).ShouldBe("0x8180");
        Hex.Encode(Encode(256)).ShouldBe("0x820100");
        Gen.ULong.Sample(number => Encode(number) is [>= 0x80, 0, ..] == false);

        static byte[] Encode(BigInteger number) => RLP.EncodeElement(number.ToBytesForRLPEncoding());
    }

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0x01")]
    [InlineData("0x")]
    public void What_is_not_a_private_key_is_refused_without_being_repeated(string key)
    {
        var exception = Should.Throw<ArgumentException>(() => new PrivateKeySigner(Hex.Decode(key)));
        exception.ToString().ShouldNotContain(key.Length > 2 ? key[2..] : "no key");
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static UnsignedTransaction Transaction(JsonNode vector)
    {
        var length = (int)vector["dataLength"]!;
        var data = vector["data"] is { } text ? Hex.Decode((string)text!) : TestVector.Pattern(length);
        var fees =
            vector.Text("type") == "legacy"
                ? new TransactionFees(vector.BigNumber("gasPrice"), BigInteger.Zero, IsLegacy: true)
                : new TransactionFees(vector.BigNumber("maxFeePerGas"), vector.BigNumber("maxPriorityFeePerGas"), IsLegacy: false);
        return new UnsignedTransaction(
            vector.Number("chainId"),
            vector.Number("nonce"),
            vector.Address("to"),
            vector.BigNumber("value"),
            data,
            vector.Number("gas"),
            fees
        );
    }
}
