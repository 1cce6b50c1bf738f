using System.Buffers.Binary;
using System.Numerics;

namespace Rollups.Domain;

/// <summary>Reads ABI-encoded words. Every offset and length is checked, because the bytes come from outside.</summary>
/// <param name="data">The encoding, without a selector.</param>
public readonly ref struct AbiReader(ReadOnlySpan<byte> data)
{
    private const int Word = 32;
    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>bytes32 in head position <paramref name="position"/> (counted in words).</summary>
    /// <exception cref="AbiException">The data is too short.</exception>
    public Hash32 Hash(int position) => new(WordAt(position * Word));

    /// <summary>address in that head position.</summary>
    /// <exception cref="AbiException">The data is too short, or the upper bytes are not zero.</exception>
    public Address Address(int position)
    {
        var word = WordAt(position * Word);
        return word[..12].ContainsAnyExcept((byte)0)
            ? throw new AbiException($"The word {Hex.Encode(word)} is not an address.")
            : new Address(word[12..]);
    }

    /// <summary>An unsigned number of at most 2^63-1: no block, index or count is ever larger.</summary>
    /// <exception cref="AbiException">The data is too short or the number larger; the message names it.</exception>
    public ulong Number(int position, string what) => NumberIn(WordAt(position * Word), what);

    /// <summary>uint256 in that head position.</summary>
    /// <exception cref="AbiException">The data is too short.</exception>
    public BigInteger UInt256(int position) => new(WordAt(position * Word), isUnsigned: true, isBigEndian: true);

    /// <summary>bool in that head position.</summary>
    /// <exception cref="AbiException">The data is too short, or the word neither 0 nor 1.</exception>
    public bool Bool(int position) =>
        Number(position, "bool") switch
        {
            0 => false,
            1 => true,
            var other => throw new AbiException($"The number {other} is not a bool."),
        };

    /// <summary>bytes whose offset is in that head position.</summary>
    /// <exception cref="AbiException">Offset or length reach outside the data.</exception>
    public byte[] Bytes(int position)
    {
        var offset = Offset(position);
        var length = NumberIn(WordAt(offset), "length of bytes");
        if (length > (ulong)(_data.Length - offset - Word))
            throw new AbiException($"A byte string of {length} bytes does not fit into {_data.Length} bytes of data.");
        return _data.Slice(offset + Word, (int)length).ToArray();
    }

    private static ulong NumberIn(ReadOnlySpan<byte> word, string what)
    {
        var number = BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
        return word[..24].ContainsAnyExcept((byte)0) || number > long.MaxValue
            ? throw new AbiException($"The {what} {Hex.Encode(word)} is larger than 2^63-1.")
            : number;
    }

    private int Offset(int position)
    {
        var offset = NumberIn(WordAt(position * Word), "offset");
        return offset > int.MaxValue
            ? throw new AbiException($"The offset {offset} reaches outside the {_data.Length} bytes of data.")
            : (int)offset;
    }

    private ReadOnlySpan<byte> WordAt(int offset) =>
        offset < 0 || offset > _data.Length - Word
            ? throw new AbiException($"Expected a 32-byte word at byte {offset}, but the data has {_data.Length} bytes.")
            : _data.Slice(offset, Word);
}
