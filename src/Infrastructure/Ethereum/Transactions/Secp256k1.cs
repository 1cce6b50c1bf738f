using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math.EC;
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
    public static Address AddressOf(ReadOnlySpan<byte> privateKey)
    {
        var point = Domain.G.Multiply(new BigInteger(1, privateKey)).Normalize();
        return new Address(Keccak256.Hash(point.GetEncoded(false).AsSpan(1)).ToByteArray().AsSpan(12));
    }

    public static Signature Sign(ReadOnlySpan<byte> privateKey, Hash32 hash)
    {
        var key = new BigInteger(1, privateKey);
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, new ECPrivateKeyParameters(key, Domain));
        var message = hash.ToByteArray();
        var parts = signer.GenerateSignature(message);
        var (r, s) = (parts[0], parts[1]);
        if (s.CompareTo(Domain.N.ShiftRight(1)) > 0)
            s = Domain.N.Subtract(s);
        var publicKey = Domain.G.Multiply(key).Normalize();
        // r is below the order, which is below the field's size, so only the parity of y is open.
        for (var recoveryId = 0; recoveryId < 2; recoveryId++)
        {
            if (Recover(r, s, recoveryId, message)?.Equals(publicKey) == true)
                return new Signature(ToSystem(r), ToSystem(s), recoveryId);
        }

        throw new InvalidOperationException("The signature does not lead back to its own key.");
    }

    private static ECPoint? Recover(BigInteger r, BigInteger s, int parity, byte[] message)
    {
        var encoded = new byte[33];
        encoded[0] = (byte)(2 + parity);
        var x = r.ToByteArrayUnsigned();
        x.CopyTo(encoded, 33 - x.Length);
        var point = Domain.Curve.DecodePoint(encoded);
        var inverse = r.ModInverse(Domain.N);
        var u1 = new BigInteger(1, message).Negate().Multiply(inverse).Mod(Domain.N);
        var u2 = s.Multiply(inverse).Mod(Domain.N);
        var candidate = ECAlgorithms.SumOfTwoMultiplies(Domain.G, u1, point, u2);
        return candidate.IsInfinity ? null : candidate.Normalize();
    }

    private static System.Numerics.BigInteger ToSystem(BigInteger number) => new(number.ToByteArrayUnsigned(), isUnsigned: true, isBigEndian: true);
}
