using System.Buffers.Binary;
using System.Numerics;
using Nethereum.ABI;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.Model;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// One ABI argument, encoded by Nethereum. Only numbers and bytes checked here reach it: it would also parse text as a number, and pad
/// short values.
/// </summary>
public readonly struct AbiValue
{
    private const int Word = 32;

    // Created once: building a type costs ten times more than encoding with it.
    private static readonly ParametersEncoder Encoder = new();
    private static readonly ABIType AddressType = ABIType.CreateABIType("address");
    private static readonly ABIType AddressesType = ABIType.CreateABIType("address[]");
    private static readonly ABIType Bytes32Type = ABIType.CreateABIType("bytes32");
    private static readonly ABIType Bytes32sType = ABIType.CreateABIType("bytes32[]");
    private static readonly ABIType Bytes4Type = ABIType.CreateABIType("bytes4");
    private static readonly ABIType BytesType = ABIType.CreateABIType("bytes");
    private static readonly ABIType NumberType = ABIType.CreateABIType("uint256");

    private readonly ABIType _type;
    private readonly object _value;

    private AbiValue(ABIType type, object value)
    {
        _type = type;
        _value = value;
    }

    internal byte[] Encoded => _type.Encode(_value);

    /// <summary>address.</summary>
    public static AbiValue Of(Address address) => new(AddressType, NumberOf(address));

    /// <summary>bytes32.</summary>
    public static AbiValue Of(Hash32 hash) => new(Bytes32Type, hash.ToByteArray());

    /// <summary>uint64 or wider.</summary>
    public static AbiValue Of(ulong number) => new(NumberType, new BigInteger(number));

    /// <summary>uint256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above 2^256-1.</exception>
    public static AbiValue Of(BigInteger number) =>
        number.Sign < 0 || number.GetByteCount(isUnsigned: true) > Word
            ? throw new ArgumentOutOfRangeException(nameof(number), $"{number} does not fit into an unsigned 256-bit word.")
            : new AbiValue(NumberType, number);

    /// <summary>bytes4, as supportsInterface takes it: left-aligned.</summary>
    public static AbiValue OfBytes4(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new AbiValue(Bytes4Type, bytes);
    }

    /// <summary>bytes.</summary>
    public static AbiValue Of(ReadOnlySpan<byte> bytes) => new(BytesType, bytes.ToArray());

    /// <summary>bytes32[].</summary>
    public static AbiValue Of(IReadOnlyList<Hash32> items) => new(Bytes32sType, items.Select(item => item.ToByteArray()).ToArray());

    /// <summary>address[].</summary>
    public static AbiValue Of(IReadOnlyList<Address> items) => new(AddressesType, items.Select(NumberOf).ToArray());

    /// <summary>A tuple; dynamic as soon as one member is.</summary>
    public static AbiValue Tuple(params ReadOnlySpan<AbiValue> members)
    {
        var (types, values) = Split(members);
        var tuple = new TupleType();
        tuple.SetComponents([.. types.Select(ToComponent)]);
        return new AbiValue(tuple, values);
    }

    /// <summary>The encoding alone, as constructor arguments follow the code.</summary>
    public byte[] ToArray() => Encoded;

    /// <summary>Heads, then tails.</summary>
    internal static byte[] Encode(ReadOnlySpan<AbiValue> members)
    {
        var (types, values) = Split(members);
        return Encoder.EncodeAbiTypes(types, values);
    }

    private static (ABIType[] Types, object[] Values) Split(ReadOnlySpan<AbiValue> members)
    {
        var types = new ABIType[members.Length];
        var values = new object[members.Length];
        for (var i = 0; i < members.Length; i++)
            (types[i], values[i]) = (members[i]._type, members[i]._value);
        return (types, values);
    }

    private static Parameter ToComponent(ABIType type, int index)
    {
        var component = new Parameter(type.Name, index + 1);
        if (type is TupleType inner)
            ((TupleType)component.ABIType).SetComponents(inner.Components);
        return component;
    }

    // As a number, not as text, which Nethereum would parse leniently.
    private static BigInteger NumberOf(Address address) => new(address.ToByteArray(), isUnsigned: true, isBigEndian: true);
}
