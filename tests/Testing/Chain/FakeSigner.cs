using System.Buffers.Binary;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Testing;

/// <summary>Signs by serialising the transaction, so that an in-memory chain can read it.</summary>
/// <param name="address">Account whose key it pretends to have.</param>
public sealed class FakeSigner(Address address) : ITransactionSigner
{
    /// <inheritdoc />
    public Address Address => address;

    /// <inheritdoc />
    public ValueTask<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var raw = new byte[56 + transaction.Data.Length];
        address.ToByteArray().CopyTo(raw, 0);
        BinaryPrimitives.WriteUInt64BigEndian(raw.AsSpan(20), transaction.Nonce);
        transaction.To.ToByteArray().CopyTo(raw, 28);
        BinaryPrimitives.WriteUInt64BigEndian(raw.AsSpan(48), (ulong)transaction.Fees.MaxFeePerGas);
        transaction.Data.CopyTo(raw, 56);
        return ValueTask.FromResult(new SignedTransaction(raw, Keccak256.Hash(raw)));
    }

    /// <summary>The signed transaction; the fee is the maximum per gas, in wei.</summary>
    public static (Address From, ulong Nonce, Address To, ulong Fee, byte[] Data) Read(byte[] raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        return (
            new Address(raw.AsSpan(0, 20)),
            BinaryPrimitives.ReadUInt64BigEndian(raw.AsSpan(20)),
            new Address(raw.AsSpan(28, 20)),
            BinaryPrimitives.ReadUInt64BigEndian(raw.AsSpan(48)),
            raw[56..]
        );
    }
}
