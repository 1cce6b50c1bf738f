using Nethereum.Model;
using Nethereum.Signer;
using Nethereum.Signer.Crypto;

namespace Rollups.Ethereum;

/// <summary>
/// One signature by a key that lives elsewhere: Nethereum hashes the transaction, and finds the recovery id by trial against the public
/// key. Made for each signature, because Nethereum passes no CancellationToken on.
/// </summary>
/// <param name="publicKey">65 bytes, uncompressed (SEC 1): read once, where Nethereum would ask for it at each signature.</param>
/// <param name="signAsync">Takes a digest of 32 bytes; gives the signature as SEQUENCE of r and s (RFC 3279).</param>
internal sealed class KmsExternalSigner(byte[] publicKey, Func<byte[], Task<byte[]>> signAsync) : EthExternalSignerBase
{
    /// <summary>True once there is an answer: what fails from then on is due to the signature.</summary>
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
