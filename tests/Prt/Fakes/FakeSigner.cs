using System.Buffers.Binary;
using Rollups.Ethereum;

namespace Rollups.Prt.Tests.Fakes;

/// <summary>Signs by writing the transaction down, so that the fake chain can read it.</summary>
internal sealed class FakeSigner(Address address) : ITransactionSigner
{
    public Address Address => address;

    public ValueTask<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellationToken)
    {
        var raw = new byte[48 + transaction.Data.Length];
        address.ToByteArray().CopyTo(raw, 0);
        BinaryPrimitives.WriteUInt64BigEndian(raw.AsSpan(20), transaction.Nonce);
        transaction.To.ToByteArray().CopyTo(raw, 28);
        transaction.Data.CopyTo(raw, 48);
        return ValueTask.FromResult(new SignedTransaction(raw, Keccak256.Hash(raw)));
    }

    public static (Address From, ulong Nonce, CallRequest Call) Read(byte[] raw) =>
        (new Address(raw.AsSpan(0, 20)), BinaryPrimitives.ReadUInt64BigEndian(raw.AsSpan(20)), new CallRequest(new Address(raw.AsSpan(28, 20)), raw[48..]));
}
