using System.Net.Sockets;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using Nethereum.Model;
using Nethereum.Signer;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Rollups.Domain;
using Rollups.Settings;

namespace Rollups.Ethereum;

/// <summary>
/// Signs with an asymmetric key (ECC_SECG_P256K1, SIGN_VERIFY) that never leaves AWS KMS. Call <see cref="ConnectAsync"/> first.
/// </summary>
internal sealed class KmsSigner(IAmazonKeyManagementService kms, string keyId) : ITransactionSigner, IDisposable
{
    private byte[]? _publicKey;

    /// <inheritdoc />
    public Address Address => new(new EthECKey(PublicKey, isPrivate: false).GetPublicAddressAsBytes());

    private byte[] PublicKey => _publicKey ?? throw new InvalidOperationException("The KMS key is not read yet: call ConnectAsync first.");

    public void Dispose() => kms.Dispose();

    /// <summary>Reads the public key.</summary>
    /// <exception cref="OperatorException">There is no such key, it is of another kind, or KMS cannot be reached.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var key = await CallAsync(
            "read",
            token => kms.GetPublicKeyAsync(new GetPublicKeyRequest { KeyId = keyId }, token),
            cancellationToken
        );
        if (key.KeySpec != KeySpec.ECC_SECG_P256K1 || key.KeyUsage != KeyUsageType.SIGN_VERIFY)
            throw new OperatorException(
                $"The KMS key '{keyId}' of Signer:AwsKmsKeyId is a {key.KeySpec} key for {key.KeyUsage}: Ethereum needs an asymmetric "
                    + $"ECC_SECG_P256K1 key for SIGN_VERIFY."
            );
        _publicKey =
            ParsePublicKey(key.PublicKey.ToArray())
            ?? throw new OperatorException(
                $"The public key that KMS returned for '{keyId}' is not a point of secp256k1: check Signer:AwsKmsKeyId and "
                    + $"Signer:AwsEndpoint."
            );
    }

    /// <inheritdoc />
    /// <exception cref="OperatorException">KMS did not sign, or used another key.</exception>
    public async ValueTask<SignedTransaction> SignAsync(UnsignedTransaction transaction, CancellationToken cancellationToken)
    {
        var signable = TransactionEncoding.ToSignable(transaction);
        var signer = new KmsExternalSigner(PublicKey, digest => SignDigestAsync(digest, cancellationToken));
        try
        {
            await (signable is LegacyTransactionChainId legacy ? signer.SignAsync(legacy) : signer.SignAsync((Transaction1559)signable));
        }
        catch (Exception) when (signer.IsAnswered)
        {
            // Nethereum throws arbitrary exceptions, such as a bare Exception for a signature by another key.
            throw new OperatorException(
                $"The signature that KMS returned for '{keyId}' is not by the key of {Address}. "
                    + "Nothing was sent; the next attempt asks again."
            );
        }

        return TransactionEncoding.ToSigned(signable);
    }

    private async Task<byte[]> SignDigestAsync(byte[] digest, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream(digest, writable: false);
        var request = new SignRequest
        {
            KeyId = keyId,
            Message = message,
            MessageType = MessageType.DIGEST,
            SigningAlgorithm = SigningAlgorithmSpec.ECDSA_SHA_256,
        };
        return (await CallAsync("sign with", token => kms.SignAsync(request, token), cancellationToken)).Signature.ToArray();
    }

    private async Task<T> CallAsync<T>(string what, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(cancellationToken);
        }
        catch (Exception exception)
            when (exception
                    is AmazonServiceException
                        or AmazonClientException
                        or HttpRequestException
                        or SocketException
                        or TimeoutException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            var reason = exception is AmazonServiceException { ErrorCode.Length: > 0 } refusal
                ? refusal.ErrorCode
                : exception.GetType().Name;
            throw new OperatorException(
                $"AWS KMS could not {what} the key '{keyId}' of Signer:AwsKmsKeyId ({reason}: {RpcErrors.Shorten(exception.Message)}). "
                    + "Check the key id, Signer:AwsRegion, the credentials, and that they allow kms:GetPublicKey and kms:Sign."
            );
        }
    }

    /// <summary>The point, uncompressed; null if it is not on secp256k1.</summary>
    private static byte[]? ParsePublicKey(byte[] subjectPublicKeyInfo)
    {
        try
        {
            return
                PublicKeyFactory.CreateKey(subjectPublicKeyInfo) is ECPublicKeyParameters key
                && SecObjectIdentifiers.SecP256k1.Equals(key.PublicKeyParamSet)
                ? key.Q.GetEncoded(false)
                : null;
        }
        catch (Exception exception)
            when (exception is IOException or ArgumentException or SecurityUtilityException or InvalidCastException)
        {
            return null;
        }
    }
}
