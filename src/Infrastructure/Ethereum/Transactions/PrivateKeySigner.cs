namespace Rollups.Ethereum;

/// <summary>Signs with a key in memory. Nothing here prints the key.</summary>
public sealed class PrivateKeySigner : ITransactionSigner
{
    private readonly byte[] _key;

    /// <param name="privateKey">32 bytes, 1 .. order-1.</param>
    /// <exception cref="ArgumentException">Not a private key; the message does not repeat it.</exception>
    public PrivateKeySigner(ReadOnlySpan<byte> privateKey)
    {
        if (!Secp256k1.IsPrivateKey(privateKey))
            throw new ArgumentException("The private key is not a number between 1 and the order of secp256k1, in 32 bytes.");
        _key = privateKey.ToArray();
        Address = Secp256k1.AddressOf(_key);
    }

    /// <inheritdoc />
    public Address Address { get; }

    /// <inheritdoc />
    public ValueTask<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellationToken)
    {
        var raw = transaction.Signed(Secp256k1.Sign(_key, Keccak256.Hash(transaction.SigningPayload())));
        return ValueTask.FromResult(new SignedTransaction(raw, Keccak256.Hash(raw)));
    }
}
