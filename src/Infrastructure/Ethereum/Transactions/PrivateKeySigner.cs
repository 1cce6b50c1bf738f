using System.Security.Cryptography;
using Nethereum.Model;
using Nethereum.Signer;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// Signs with a key in memory: deterministic (RFC 6979, HMAC-SHA256), with S in the lower half of the order (EIP-2). Nothing here prints
/// the key.
/// </summary>
public sealed class PrivateKeySigner : ITransactionSigner
{
    private const int KeySize = 32;

    private readonly EthECKey _key;

    /// <param name="privateKey">32 bytes, 1 .. order-1.</param>
    /// <exception cref="ArgumentException">Not a private key; the message does not repeat it.</exception>
    public PrivateKeySigner(ReadOnlySpan<byte> privateKey)
        : this(Import(privateKey)) { }

    internal PrivateKeySigner(EthECKey key)
    {
        _key = key;
        Address = new Address(key.GetPublicAddressAsBytes());
    }

    /// <inheritdoc />
    public Address Address { get; }

    // The order of secp256k1 (SEC 2).
    private static ReadOnlySpan<byte> Order =>
        [
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xff,
            0xfe,
            0xba,
            0xae,
            0xdc,
            0xe6,
            0xaf,
            0x48,
            0xa0,
            0x3b,
            0xbf,
            0xd2,
            0x5e,
            0x8c,
            0xd0,
            0x36,
            0x41,
            0x41,
        ];

    /// <inheritdoc />
    public ValueTask<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellationToken)
    {
        var signable = TransactionEncoding.ToSignable(transaction);
        signable.SetSignature(
            signable is LegacyTransactionChainId legacy
                ? _key.SignAndCalculateV(legacy.RawHash, legacy.GetChainIdAsBigInteger())
                : _key.SignAndCalculateYParityV(signable.RawHash)
        );
        return ValueTask.FromResult(TransactionEncoding.ToSigned(signable));
    }

    /// <summary>
    /// Only checked bytes reach Nethereum, which would accept any length, and repeats a key given as text in its errors.
    /// </summary>
    private static EthECKey Import(ReadOnlySpan<byte> privateKey)
    {
        if (privateKey.Length != KeySize || !privateKey.ContainsAnyExcept((byte)0) || privateKey.SequenceCompareTo(Order) >= 0)
            throw new ArgumentException("The private key is not a number between 1 and the order of secp256k1, in 32 bytes.");
        var copy = privateKey.ToArray();
        try
        {
            return new EthECKey(copy, isPrivate: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }
}
