using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Rollups.Domain;

/// <summary>
/// An ABI-encoded call whose arguments are static words followed by one <c>bytes</c>: the form of every input and output. Implemented
/// here because inputs and outputs are defined by their bytes, independently of the L1 library.
/// </summary>
internal sealed class PayloadCall
{
    private const int Word = 32;

    /// <param name="signature">
    /// Canonical signature: name and argument types without spaces; <c>bytes</c> comes last and only there.
    /// </param>
    public PayloadCall(string signature)
    {
        Span<byte> hash = stackalloc byte[Hash32.Size];
        Keccak256.Hash(Encoding.ASCII.GetBytes(signature)).CopyTo(hash);
        Selector = BinaryPrimitives.ReadUInt32BigEndian(hash);
    }

    /// <summary>First four bytes of the signature's Keccak-256, big-endian.</summary>
    public uint Selector { get; }

    /// <summary>The same as four bytes.</summary>
    public byte[] SelectorBytes
    {
        get
        {
            var bytes = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, Selector);
            return bytes;
        }
    }

    /// <summary>Selector, words, offset of the payload, its length, and the payload, padded with zeros to whole words.</summary>
    public byte[] Encode(ReadOnlySpan<byte> payload, params ReadOnlySpan<Hash32> words)
    {
        var head = sizeof(uint) + (Word * (words.Length + 1));
        var call = new byte[head + Word + ((payload.Length + Word - 1) / Word * Word)];
        BinaryPrimitives.WriteUInt32BigEndian(call, Selector);
        for (var i = 0; i < words.Length; i++)
            words[i].CopyTo(call.AsSpan(sizeof(uint) + (Word * i)));
        BinaryPrimitives.WriteInt32BigEndian(call.AsSpan(head - sizeof(int)), Word * (words.Length + 1));
        BinaryPrimitives.WriteInt32BigEndian(call.AsSpan(head + Word - sizeof(int)), payload.Length);
        payload.CopyTo(call.AsSpan(head + Word));
        return call;
    }

    /// <summary>uint256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above 2^256-1.</exception>
    public static Hash32 WordOf(BigInteger number)
    {
        if (number.Sign < 0 || number.GetByteCount(isUnsigned: true) > Word)
            throw new ArgumentOutOfRangeException(nameof(number), $"{number} does not fit into an unsigned 256-bit word.");
        Span<byte> word = stackalloc byte[Word];
        word.Clear();
        number.TryWriteBytes(word[(Word - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
        return new Hash32(word);
    }

    /// <summary>address.</summary>
    public static Hash32 WordOf(Address address)
    {
        Span<byte> word = stackalloc byte[Word];
        word.Clear();
        address.CopyTo(word[(Word - Address.Size)..]);
        return new Hash32(word);
    }
}
