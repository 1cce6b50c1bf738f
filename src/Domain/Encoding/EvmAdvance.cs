using System.Buffers.Binary;
using System.Numerics;

namespace Rollups.Domain;

/// <summary>
/// An input as the InputBox encodes it: EvmAdvance(uint256 chainId, address appContract, address msgSender, uint256 blockNumber, uint256
/// blockTimestamp, uint256 prevRandao, uint256 index, bytes payload).
/// </summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Application">Application contract.</param>
/// <param name="Sender">Account that called addInput.</param>
/// <param name="BlockNumber">L1 block.</param>
/// <param name="BlockTimestamp">Seconds since 1970.</param>
/// <param name="PrevRandao">The block's mix hash.</param>
/// <param name="Index">Index in the application, from 0.</param>
/// <param name="Payload">Bytes that the sender sent.</param>
public sealed record EvmAdvance(
    BigInteger ChainId,
    Address Application,
    Address Sender,
    BigInteger BlockNumber,
    BigInteger BlockTimestamp,
    Hash32 PrevRandao,
    BigInteger Index,
    byte[] Payload
)
{
    private static readonly PayloadCall Call = new("EvmAdvance(uint256,address,address,uint256,uint256,uint256,uint256,bytes)");

    /// <summary>The encoded call.</summary>
    public byte[] Encode() =>
        Call.Encode(
            Payload,
            PayloadCall.WordOf(ChainId),
            PayloadCall.WordOf(Application),
            PayloadCall.WordOf(Sender),
            PayloadCall.WordOf(BlockNumber),
            PayloadCall.WordOf(BlockTimestamp),
            PrevRandao,
            PayloadCall.WordOf(Index)
        );

    /// <summary>Reads the encoded call.</summary>
    /// <exception cref="AbiException">The bytes are not one.</exception>
    public static EvmAdvance Decode(ReadOnlySpan<byte> input)
    {
        if (input.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(input) != Call.Selector)
            throw new AbiException("The input does not begin with the selector of EvmAdvance.");
        var reader = new AbiReader(input[4..]);
        return new EvmAdvance(
            reader.UInt256(0),
            reader.Address(1),
            reader.Address(2),
            reader.UInt256(3),
            reader.UInt256(4),
            reader.Hash(5),
            reader.UInt256(6),
            reader.Bytes(7)
        );
    }
}
