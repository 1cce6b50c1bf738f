using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Utilities;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

namespace Rollups.Ethereum;

/// <summary>Ethereum's use of secp256k1: deterministic signatures (RFC 6979, HMAC-SHA256) and addresses.</summary>
internal static class Secp256k1
{
    private static readonly ECDomainParameters Domain = new(SecNamedCurves.GetByName("secp256k1"));

    /// <summary>True for 1 .. order-1.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> key) =>
        key.Length == 32 && new BigInteger(1, key) is var d && d.SignValue > 0 && d.CompareTo(Domain.N) < 0;

    /// <summary>The last 20 bytes of keccak256 of the public key's coordinates.</summary>
    public static Address AddressOf(ReadOnlySpan<byte> privateKey) => AddressOf(PublicKeyOf(privateKey));

    /// <inheritdoc cref="AddressOf(ReadOnlySpan{byte})" />
    public static Address AddressOf(ECPoint publicKey) => new(Keccak256.Hash(publicKey.GetEncoded(false).AsSpan(1)).ToByteArray().AsSpan(12));

    /// <summary>33 bytes: the parity of y and x (SEC 1).</summary>
    public static byte[] CompressedPublicKeyOf(ReadOnlySpan<byte> privateKey) => PublicKeyOf(privateKey).GetEncoded(true);

    /// <summary>The sum modulo the order, 32 bytes; null where the addend is not below the order or the sum is zero.</summary>
    public static byte[]? AddToPrivateKey(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> addend)
    {
        var tweak = new BigInteger(1, addend);
        var sum = new BigInteger(1, privateKey).Add(tweak).Mod(Domain.N);
        return tweak.CompareTo(Domain.N) >= 0 || sum.SignValue == 0 ? null : BigIntegers.AsUnsignedByteArray(32, sum);
    }

    public static Signature Sign(ReadOnlySpan<byte> privateKey, Hash32 hash)
    {
        var key = new BigInteger(1, privateKey);
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, new ECPrivateKeyParameters(key, Domain));
        var parts = signer.GenerateSignature(hash.ToByteArray());
        return WithRecoveryId(parts[0], parts[1], hash, PublicKeyOf(privateKey)) ?? throw new InvalidOperationException("The signature does not lead back to its own key.");
    }

    /// <summary>Puts S into the lower half (EIP-2) and finds the recovery id by trial; null where the signature is not by that key.</summary>
    public static Signature? WithRecoveryId(BigInteger r, BigInteger s, Hash32 hash, ECPoint publicKey)
    {
        if (r.SignValue <= 0 || s.SignValue <= 0 || r.CompareTo(Domain.N) >= 0 || s.CompareTo(Domain.N) >= 0)
            return null;
        if (s.CompareTo(Domain.N.ShiftRight(1)) > 0)
            s = Domain.N.Subtract(s);
        var message = hash.ToByteArray();
        // r is below the order, which is below the field's size, so only the parity of y is open.
        for (var recoveryId = 0; recoveryId < 2; recoveryId++)
        {
            if (Recover(r, s, recoveryId, message)?.Equals(publicKey) == true)
                return new Signature(ToSystem(r), ToSystem(s), recoveryId);
        }

        return null;
    }

    /// <summary>The point, normalised; null where the key is not one of this curve.</summary>
    public static ECPoint? PublicKeyFrom(ECPublicKeyParameters key) =>
        key.Parameters.Curve.Equals(Domain.Curve) && key.Parameters.G.Equals(Domain.G) ? Domain.Curve.DecodePoint(key.Q.GetEncoded(false)) : null;

    private static ECPoint PublicKeyOf(ReadOnlySpan<byte> privateKey) => Domain.G.Multiply(new BigInteger(1, privateKey)).Normalize();

    private static ECPoint? Recover(BigInteger r, BigInteger s, int parity, byte[] message)
    {
        var encoded = new byte[33];
        encoded[0] = (byte)(2 + parity);
        var x = r.ToByteArrayUnsigned();
        x.CopyTo(encoded, 33 - x.Length);
        if (TryDecode(encoded) is not { } point)
            return null;
        var inverse = r.ModInverse(Domain.N);
        var u1 = new BigInteger(1, message).Negate().Multiply(inverse).Mod(Domain.N);
        var u2 = s.Multiply(inverse).Mod(Domain.N);
        var candidate = ECAlgorithms.SumOfTwoMultiplies(Domain.G, u1, point, u2);
        return candidate.IsInfinity ? null : candidate.Normalize();
    }

    // A number that is no signature's r may have no point above it.
    private static ECPoint? TryDecode(byte[] encoded)
    {
        try
        {
            return Domain.Curve.DecodePoint(encoded);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static System.Numerics.BigInteger ToSystem(BigInteger number) => new(number.ToByteArrayUnsigned(), isUnsigned: true, isBigEndian: true);
}
