using System.Numerics;
using Rollups.Domain;

namespace Rollups.Api.Wire;

/// <summary>The content of an input.</summary>
internal sealed record WireEvmAdvance
{
    public required BigInteger ChainId { get; init; }
    public required Address ApplicationContract { get; init; }
    public required Address Sender { get; init; }
    public required BigInteger BlockNumber { get; init; }
    public required BigInteger BlockTimestamp { get; init; }
    public required BigInteger PrevRandao { get; init; }
    public required BigInteger Index { get; init; }
    public required byte[] Payload { get; init; }

    public static WireEvmAdvance? TryDecode(byte[] raw)
    {
        try
        {
            var input = EvmAdvance.Decode(raw);
            return new WireEvmAdvance
            {
                ChainId = input.ChainId,
                ApplicationContract = input.Application,
                Sender = input.Sender,
                BlockNumber = input.BlockNumber,
                BlockTimestamp = input.BlockTimestamp,
                PrevRandao = new BigInteger(input.PrevRandao.ToByteArray(), isUnsigned: true, isBigEndian: true),
                Index = input.Index,
                Payload = input.Payload,
            };
        }
        catch (AbiException)
        {
            return null;
        }
    }
}
