using Nethereum.Model;
using Nethereum.Signer;
using Nethereum.Signer.Crypto;

namespace Rollups.Ethereum;

/// <summary>
/// One signature by an external key: Nethereum hashes the transaction, and finds the recovery id by trial against the public key.
/// Created per signature, because Nethereum does not pass a CancellationToken on.
/// </summary>
/// <param name="publicKey">65 bytes, uncompressed (SEC 1): read once, whereas Nethereum would query it for each signature.</param>
/// <param name="signAsync">Takes a 32-byte digest; returns the signature as SEQUENCE of r and s (RFC 3279).</param>
internal sealed class KmsExternalSigner(byte[] publicKey, Func<byte[], Task<byte[]>> signAsync) : EthExternalSignerBase
{
    /// <summary>True once KMS has answered: any later failure is due to the signature.</summary>
    public bool IsAnswered { get; private set; }

    public override bool Supported1559 => true;

    public override bool CalculatesV { get; protected set; }

    public override ExternalSignerTransactionFormat ExternalSignerTransactionFormat { get; protected set; } =
        ExternalSignerTransactionFormat.Hash;

    public override Task SignAsync(LegacyTransactionChainId transaction) => SignHashTransactionAsync(transaction);

    public override Task SignAsync(Transaction1559 transaction) => SignHashTransactionAsync(transaction);

    public override Task SignAsync(LegacyTransaction transaction) =>
        throw new NotSupportedException("A transaction without a chain id can be sent again on other chains.");

    public override Task SignAsync(Transaction7702 transaction) =>
        throw new NotSupportedException("The node sends no transactions of EIP-7702.");

    protected override Task<byte[]> GetPublicKeyAsync() => Task.FromResult(publicKey);

    protected override async Task<ECDSASignature> SignExternallyAsync(byte[] bytes)
    {
        var der = await signAsync(bytes);
        IsAnswered = true;
        return ECDSASignature.FromDER(der).MakeCanonical();
    }
}
