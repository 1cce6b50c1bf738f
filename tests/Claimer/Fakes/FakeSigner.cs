using System.Buffers.Binary;
using Rollups.Ethereum;

namespace Rollups.Claimer.Tests.Fakes;

/// <summary>Signs by writing the transaction down, so that the fake chain can read it.</summary>
internal sealed class FakeSigner(Address address) : ITransactionSigner
{
    public Address Address => address;

    public ValueTask<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellationToken)
    {
        var raw = new byte[56 + transaction.Data.Length];
        address.ToByteArray().CopyTo(raw, 0);
        BinaryPrimitives.WriteUInt64BigEndian(raw.AsSpan(20), transaction.Nonce);
        transaction.To.ToByteArray().CopyTo(raw, 28);
        BinaryPrimitives.WriteUInt64BigEndian(raw.AsSpan(48), (ulong)transaction.Fees.MaxFeePerGas);
        transaction.Data.CopyTo(raw, 56);
        return ValueTask.FromResult(new SignedTransaction(raw, Keccak256.Hash(raw)));
    }

    public static (Address From, ulong Nonce, Address To, ulong Fee, byte[] Data) Read(byte[] raw) =>
        (new Address(raw.AsSpan(0, 20)), BinaryPrimitives.ReadUInt64BigEndian(raw.AsSpan(20)), new Address(raw.AsSpan(28, 20)), BinaryPrimitives.ReadUInt64BigEndian(raw.AsSpan(48)), raw[56..]);
}
