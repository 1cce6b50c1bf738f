using Org.BouncyCastle.Crypto.Digests;

namespace Rollups.Domain;

/// <summary>Keccak-256 as Ethereum uses it (the padding of the SHA-3 competition, not of FIPS 202).</summary>
public static class Keccak256
{
    [ThreadStatic]
    private static KeccakDigest? _digest;

    /// <summary>keccak256(data).</summary>
    public static Hash32 Hash(ReadOnlySpan<byte> data)
    {
        var digest = _digest ??= new KeccakDigest(256);
        Span<byte> hash = stackalloc byte[Hash32.Size];
        digest.BlockUpdate(data);
        digest.DoFinal(hash);
        return new Hash32(hash);
    }

    /// <summary>keccak256(left || right): the node of every Merkle tree here.</summary>
    public static Hash32 Hash(Hash32 left, Hash32 right)
    {
        Span<byte> pair = stackalloc byte[2 * Hash32.Size];
        left.CopyTo(pair);
        right.CopyTo(pair[Hash32.Size..]);
        return Hash(pair);
    }
}
