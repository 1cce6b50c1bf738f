using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rollups.Ethereum;

/// <summary>BIP-32: a private key and the chain code by which its children are derived.</summary>
/// <param name="Key">32 bytes.</param>
/// <param name="ChainCode">32 bytes.</param>
internal sealed record ExtendedPrivateKey(byte[] Key, byte[] ChainCode)
{
    /// <summary>Added to an index: the child cannot be derived from the public key.</summary>
    public const uint Hardened = 0x8000_0000;

    /// <summary>The master key of a seed.</summary>
    /// <exception cref="CryptographicException">The seed gives no key; the chance is below 1 in 2^127.</exception>
    public static ExtendedPrivateKey FromSeed(ReadOnlySpan<byte> seed)
    {
        var hash = HMACSHA512.HashData("Bitcoin seed"u8, seed);
        return Secp256k1.IsPrivateKey(hash.AsSpan(0, 32)) ? new(hash[..32], hash[32..]) : throw NoKey();
    }

    /// <summary>The key of an Ethereum account, m/44'/60'/0'/0/index (BIP-44).</summary>
    /// <param name="seed">Seed of the mnemonic.</param>
    /// <param name="account">0 to 2^31-1.</param>
    public static byte[] EthereumAccount(ReadOnlySpan<byte> seed, uint account) =>
        FromSeed(seed).Derive(Hardened + 44, Hardened + 60, Hardened, 0, account).Key;

    /// <summary>Walks down a path of indexes.</summary>
    public ExtendedPrivateKey Derive(params ReadOnlySpan<uint> path)
    {
        var key = this;
        foreach (var index in path)
            key = key.Child(index);
        return key;
    }

    /// <inheritdoc />
    public override string ToString() => nameof(ExtendedPrivateKey);

    private ExtendedPrivateKey Child(uint index)
    {
        Span<byte> data = stackalloc byte[37];
        if (index >= Hardened)
            Key.CopyTo(data[1..]);
        else
            Secp256k1.CompressedPublicKeyOf(Key).CopyTo(data);
        BinaryPrimitives.WriteUInt32BigEndian(data[33..], index);
        var hash = HMACSHA512.HashData(ChainCode, data);
        CryptographicOperations.ZeroMemory(data);
        return new(Secp256k1.AddToPrivateKey(Key, hash.AsSpan(0, 32)) ?? throw NoKey(), hash[32..]);
    }

    private static CryptographicException NoKey() => new("This path has no key (BIP-32): use the next account index.");
}
