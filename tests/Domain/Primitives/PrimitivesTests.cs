using CsCheck;
using Rollups.Testing;

namespace Rollups.Domain.Tests.Primitives;

public sealed class PrimitivesTests
{
    [Fact]
    public void Keccak_agrees_with_viem_around_the_size_of_its_block()
    {
        foreach (var vector in TestVector.Viem["keccak"]!.AsArray())
            Keccak256.Hash(TestVector.Pattern((int)vector!["length"]!)).ShouldBe(vector.Hash("hash"));
    }

    [Fact]
    public void Keccak_agrees_with_the_published_vectors()
    {
        foreach (var (name, vector) in TestVector.Rollups["keccak"]!.AsObject())
            Keccak256.Hash(vector!.Bytes("input")).ShouldBe(vector!.Hash("hash"), name);
    }

    [Fact]
    public void Keccak_of_two_nodes_is_that_of_their_bytes_side_by_side()
    {
        Gen.Byte.Array[64]
            .Sample(bytes => Keccak256.Hash(new Hash32(bytes.AsSpan(0, 32)), new Hash32(bytes.AsSpan(32))) == Keccak256.Hash(bytes));
    }

    [Fact]
    public void Keccak_gives_every_thread_its_own_answer()
    {
        var expected = TestVector.Viem["keccak"]!.AsArray().Select(vector => ((int)vector!["length"]!, vector.Hash("hash"))).ToArray();
        Parallel.For(
            0,
            200,
            i =>
            {
                var (length, hash) = expected[i % expected.Length];
                Keccak256.Hash(TestVector.Pattern(length)).ShouldBe(hash);
            }
        );
    }

    [Fact]
    public void Addresses_are_read_in_any_case_and_written_in_lower_case()
    {
        foreach (var text in TestVector.Viem["addresses"]!.AsArray().Select(node => (string)node!))
        {
            var lower = text.ToLowerInvariant();
            Address.Parse(text).ToString().ShouldBe(lower);
            Address.Parse(lower).ShouldBe(Address.Parse(text));
            Address.Parse("0x" + text[2..].ToUpperInvariant()).ShouldBe(Address.Parse(text));
        }
    }

    [Fact]
    public void Addresses_and_hashes_survive_bytes_and_text()
    {
        Gen.Byte.Array[20]
            .Sample(bytes =>
            {
                var address = new Address(bytes);
                address.ToByteArray().ShouldBe(bytes);
                Address.Parse(address.ToString()).ShouldBe(address);
            });
        Gen.Byte.Array[32]
            .Sample(bytes =>
            {
                var hash = new Hash32(bytes);
                hash.ToByteArray().ShouldBe(bytes);
                Hash32.Parse(hash.ToString()).ShouldBe(hash);
            });
    }

    [Fact]
    public void Addresses_are_ordered_as_big_endian_numbers()
    {
        Gen.Select(Gen.Byte.Array[20], Gen.Byte.Array[20])
            .Sample(
                (left, right) =>
                    Math.Sign(new Address(left).CompareTo(new Address(right))) == Math.Sign(left.AsSpan().SequenceCompareTo(right))
            );
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("f39fd6e51aad88f6f4ce6ab8827279cfffb92266")]
    [InlineData("0xf39fd6e51aad88f6f4ce6ab8827279cfffb9226")]
    [InlineData("0xf39fd6e51aad88f6f4ce6ab8827279cfffb922661")]
    [InlineData("0xg39fd6e51aad88f6f4ce6ab8827279cfffb92266")]
    [InlineData("0Xf39fd6e51aad88f6f4ce6ab8827279cfffb92266")]
    [InlineData(" 0xf39fd6e51aad88f6f4ce6ab8827279cfffb9226")]
    public void What_is_not_an_address_is_refused_by_name(string text)
    {
        Address.TryParse(text, out var address).ShouldBeFalse();
        address.ShouldBe(Address.Zero);
        Should
            .Throw<FormatException>(() => Address.Parse(text))
            .Message.ShouldBe($"'{text}' is not an Ethereum address: expected 0x and 40 hex digits.");
    }

    [Theory]
    [InlineData("0x", 0)]
    [InlineData("0x00", 1)]
    [InlineData("0xABcd", 2)]
    public void Hex_data_is_read_in_any_case(string text, int length)
    {
        Hex.Decode(text).Length.ShouldBe(length);
        Hex.Encode(Hex.Decode(text)).ShouldBe(text.ToLowerInvariant());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0x0")]
    [InlineData("0x0g")]
    [InlineData("0x 0")]
    public void What_is_not_hex_data_is_refused(string? text) => Hex.TryDecode(text, out _).ShouldBeFalse();
}
