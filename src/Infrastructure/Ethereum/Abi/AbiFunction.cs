using System.Buffers.Binary;
using System.Text;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>A contract function by its canonical signature, such as <c>addInput(address,bytes)</c>.</summary>
public sealed class AbiFunction
{
    private readonly byte[] _selector;

    /// <param name="signature">Canonical signature: name and argument types without spaces.</param>
    public AbiFunction(string signature)
    {
        Signature = signature;
        _selector = Keccak256.Hash(Encoding.ASCII.GetBytes(signature)).ToByteArray()[..4];
        Selector = BinaryPrimitives.ReadUInt32BigEndian(_selector);
    }

    /// <summary>Canonical signature.</summary>
    public string Signature { get; }

    /// <summary>First four bytes of the signature's Keccak-256, big-endian.</summary>
    public uint Selector { get; }

    /// <summary>Selector and encoded arguments.</summary>
    public byte[] Encode(params ReadOnlySpan<AbiValue> arguments) => [.. _selector, .. AbiValue.Encode(arguments)];

    /// <summary>Topic 0 of the event with that signature.</summary>
    public static Hash32 EventTopic(string signature) => Keccak256.Hash(Encoding.ASCII.GetBytes(signature));
}
