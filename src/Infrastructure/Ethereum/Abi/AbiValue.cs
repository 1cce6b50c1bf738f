using System.Buffers.Binary;
using System.Numerics;

namespace Rollups.Ethereum;

/// <summary>One encoded ABI argument. Dynamic ones are placed behind the heads, with an offset in their place.</summary>
public readonly struct AbiValue
{
    private const int Word = 32;

    private AbiValue(byte[] encoded, bool isDynamic)
    {
        Encoded = encoded;
        IsDynamic = isDynamic;
    }

    internal byte[] Encoded { get; }

    internal bool IsDynamic { get; }

    /// <summary>address.</summary>
    public static AbiValue Of(Address address)
    {
        var word = new byte[Word];
        address.CopyTo(word.AsSpan(Word - Address.Size));
        return new AbiValue(word, false);
    }

    /// <summary>bytes32.</summary>
    public static AbiValue Of(Hash32 hash) => new(hash.ToByteArray(), false);

    /// <summary>uint64 or wider.</summary>
    public static AbiValue Of(ulong number)
    {
        var word = new byte[Word];
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(Word - sizeof(ulong)), number);
        return new AbiValue(word, false);
    }

    /// <summary>uint256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above 2^256-1.</exception>
    public static AbiValue Of(BigInteger number)
    {
        if (number.Sign < 0 || number.GetByteCount(isUnsigned: true) > Word)
            throw new ArgumentOutOfRangeException(nameof(number), $"{number} does not fit into an unsigned 256-bit word.");
        var word = new byte[Word];
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(word.AsSpan(Word - bytes.Length));
        return new AbiValue(word, false);
    }

    /// <summary>bytes4, as supportsInterface takes it: left-aligned.</summary>
    public static AbiValue OfBytes4(uint value)
    {
        var word = new byte[Word];
        BinaryPrimitives.WriteUInt32BigEndian(word, value);
        return new AbiValue(word, false);
    }

    /// <summary>bytes.</summary>
    public static AbiValue Of(ReadOnlySpan<byte> bytes)
    {
        var encoded = new byte[Word + ((bytes.Length + Word - 1) / Word * Word)];
        BinaryPrimitives.WriteUInt64BigEndian(encoded.AsSpan(Word - sizeof(ulong)), (ulong)bytes.Length);
        bytes.CopyTo(encoded.AsSpan(Word));
        return new AbiValue(encoded, true);
    }

    /// <summary>bytes32[].</summary>
    public static AbiValue Of(IReadOnlyList<Hash32> items) => Array(items.Select(Of).ToArray());

    /// <summary>address[].</summary>
    public static AbiValue Of(IReadOnlyList<Address> items) => Array(items.Select(Of).ToArray());

    /// <summary>A tuple; dynamic as soon as one member is.</summary>
    public static AbiValue Tuple(params ReadOnlySpan<AbiValue> members)
    {
        var isDynamic = false;
        foreach (var member in members)
            isDynamic |= member.IsDynamic;
        return new AbiValue(Join([], members), isDynamic);
    }

    /// <summary>The encoding alone, as constructor arguments stand behind the code.</summary>
    public byte[] ToArray() => [.. Encoded];

    /// <summary>Prefix (a selector, or nothing), heads, tails.</summary>
    internal static byte[] Join(ReadOnlySpan<byte> prefix, ReadOnlySpan<AbiValue> members)
    {
        var head = 0;
        var total = 0;
        foreach (var member in members)
        {
            head += member.IsDynamic ? Word : member.Encoded.Length;
            total += member.Encoded.Length + (member.IsDynamic ? Word : 0);
        }

        var result = new byte[prefix.Length + total];
        prefix.CopyTo(result);
        var body = result.AsSpan(prefix.Length);
        var at = 0;
        var tail = head;
        foreach (var member in members)
        {
            if (member.IsDynamic)
            {
                BinaryPrimitives.WriteUInt64BigEndian(body[(at + Word - sizeof(ulong))..], (ulong)tail);
                member.Encoded.CopyTo(body[tail..]);
                at += Word;
                tail += member.Encoded.Length;
            }
            else
            {
                member.Encoded.CopyTo(body[at..]);
                at += member.Encoded.Length;
            }
        }

        return result;
    }

    private static AbiValue Array(AbiValue[] items)
    {
        var length = new byte[Word];
        BinaryPrimitives.WriteUInt64BigEndian(length.AsSpan(Word - sizeof(ulong)), (ulong)items.Length);
        return new AbiValue(Join(length, items), true);
    }
}
