using System.Numerics;
using System.Security.Cryptography;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Rollups.Domain;
using Rollups.Settings;
using Rollups.Testing;

namespace Rollups.Ethereum.Tests.Transactions;

public sealed class KmsSignerTests : IAsyncLifetime
{
    private const string KeyId = "alias/claims";
    private static readonly BigInteger HalfOrder = TestVector.Big("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0"!);

    private FakeKms _kms = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _kms = await FakeKms.StartAsync();

    public ValueTask DisposeAsync() => _kms.DisposeAsync();

    [Fact]
    public async Task Signatures_have_a_low_s_and_are_those_of_the_key()
    {
        using var signer = await ConnectAsync(_kms);
        for (var nonce = 0ul; nonce < 32; nonce++)
        {
            var transaction = Transaction(nonce, Address.Zero);
            var (r, s) = Signature((await signer.SignAsync(transaction, Cancel)).RawBytes);

            s.ShouldBeLessThanOrEqualTo(HalfOrder);
            var both = new byte[64];
            r.ToByteArray(true, true).CopyTo(both, 32 - r.GetByteCount(true));
            s.ToByteArray(true, true).CopyTo(both, 64 - s.GetByteCount(true));
            _kms.Key.VerifyHash(TransactionEncoding.ToSignable(transaction).RawHash, both).ShouldBeTrue();
        }

        _kms.Requests.Select(request => request.Operation).Distinct().ShouldBe(["TrentService.GetPublicKey", "TrentService.Sign"]);
        _kms.Requests.Count(request => request.Operation == "TrentService.GetPublicKey").ShouldBe(1);
        var sign = _kms.Requests.Last().Body;
        ((string?)sign["KeyId"], (string?)sign["MessageType"], (string?)sign["SigningAlgorithm"]).ShouldBe(
            (KeyId, "DIGEST", "ECDSA_SHA_256")
        );
    }

    /// <summary>The chain recovers the sender from the signature: with a wrong recovery id it would be an account without ether.</summary>
    [Fact]
    [NeedsServers]
    public async Task A_real_chain_recovers_the_account_of_the_key()
    {
        await using var anvil = new AnvilChain();
        await anvil.InitializeAsync();
        using var signer = await ConnectAsync(_kms);
        await anvil.Chain.SendAsync(Devnet.DevnetAccounts.User, signer.Address, [], Cancel, BigInteger.Pow(10, 18));

        for (var nonce = 0ul; nonce < 16; nonce++)
        {
            var fees = new TransactionFees(BigInteger.Pow(10, 10), BigInteger.One, IsLegacy: nonce % 2 == 0);
            var signed = await signer.SignAsync(Transaction(nonce, Devnet.DevnetAccounts.Stranger) with { Fees = fees }, Cancel);
            (await anvil.Chain.Client.SendRawTransactionAsync(signed.RawBytes, Cancel)).ShouldBe(signed.Hash);
        }

        // Anvil mines of itself, soon after it has answered; this block is surely there.
        await anvil.Chain.MineAsync(1, Cancel);
        (await anvil.Chain.Client.GetTransactionCountAsync(signer.Address, BlockTag.Latest, Cancel)).ShouldBe(16ul);
    }

    [Fact]
    public async Task A_signature_by_another_key_is_refused()
    {
        using var signer = await ConnectAsync(_kms);
        using var other = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));
        _kms.SigningKey = other;

        (
            await Should.ThrowAsync<OperatorException>(async () => await signer.SignAsync(Transaction(0, Address.Zero), Cancel))
        ).Message.ShouldContain($"not by the key of {signer.Address}");
    }

    /// <summary>SEQUENCEs of two INTEGERs that no signature has, and what is none at all.</summary>
    [Theory]
    [InlineData("0x")]
    [InlineData("0xdeadbeef")]
    [InlineData("0x3006020100020100")]
    [InlineData("0x3006020101020100")]
    [InlineData("0x300602017f0201ff")]
    [InlineData("0x30260201010221ffffffffffffffffffffffffffffffffbaaedce6af48a03bbfd25e8cd0364141ff")]
    public async Task What_is_no_signature_is_refused_in_the_same_words(string der)
    {
        using var signer = await ConnectAsync(_kms);
        _kms.Garbage = Hex.Decode(der);

        var exception = await Should.ThrowAsync<OperatorException>(async () =>
            await signer.SignAsync(Transaction(0, Address.Zero), Cancel)
        );

        exception.Message.ShouldContain($"not by the key of {signer.Address}. Nothing was sent");
    }

    [Fact]
    public async Task A_signature_that_is_no_longer_wanted_is_cancelled_not_refused()
    {
        using var signer = await ConnectAsync(_kms);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await signer.SignAsync(Transaction(0, Address.Zero), cancelled.Token)
        );
    }

    [Theory]
    [InlineData("nistP256", "ECC_NIST_P256", "is a ECC_NIST_P256 key for SIGN_VERIFY: Ethereum needs an asymmetric ECC_SECG_P256K1 key")]
    [InlineData("nistP256", "ECC_SECG_P256K1", "is not a point of secp256k1")]
    public async Task A_key_of_another_kind_is_refused(string curve, string keySpec, string words)
    {
        await using var kms = await FakeKms.StartAsync(curve);
        kms.KeySpec = keySpec;

        (await Should.ThrowAsync<OperatorException>(() => ConnectAsync(kms))).Message.ShouldContain(words);
    }

    [Fact]
    public async Task A_refusal_of_KMS_is_one_sentence_with_its_reason_and_the_remedy()
    {
        _kms.Refusal = ("NotFoundException", "Alias arn:aws:kms:eu-central-1:1:alias/claims is not found.");

        var exception = await Should.ThrowAsync<OperatorException>(() => ConnectAsync(_kms));

        exception.Message.ShouldStartWith(
            "AWS KMS could not read the key 'alias/claims' of Signer:AwsKmsKeyId (NotFoundException: Alias "
                + "arn:aws:kms:eu-central-1:1:alias/claims is not found.)."
        );
        exception.Message.ShouldContain("kms:GetPublicKey and kms:Sign");
        exception.Message.ShouldNotContain("aws-secret");
    }

    [Fact]
    public async Task Nothing_is_signed_before_the_public_key_is_read()
    {
        using var signer = new KmsSigner(Client(_kms.Url), KeyId);
        await Should.ThrowAsync<InvalidOperationException>(async () => await signer.SignAsync(Transaction(0, Address.Zero), Cancel));
    }

    internal static AmazonKeyManagementServiceClient Client(string url) =>
        new(
            new BasicAWSCredentials("aws-id", "aws-secret"),
            new AmazonKeyManagementServiceConfig
            {
                ServiceURL = url,
                AuthenticationRegion = "eu-central-1",
                MaxErrorRetry = 0,
            }
        );

    private static async Task<KmsSigner> ConnectAsync(FakeKms kms)
    {
        var signer = new KmsSigner(Client(kms.Url), KeyId);
        await signer.ConnectAsync(Cancel);
        return signer;
    }

    private static UnsignedTransaction Transaction(ulong nonce, Address to) =>
        new(31337, nonce, to, 1, [], 100_000, new TransactionFees(BigInteger.Pow(10, 10), 1, IsLegacy: false));

    /// <summary>R and S, the last two fields of the signed list.</summary>
    private static (BigInteger R, BigInteger S) Signature(byte[] raw)
    {
        var s = Last(raw);
        var r = Last(raw.AsSpan(0, raw.Length - s.Length - 1));
        return (new BigInteger(r, true, true), new BigInteger(s, true, true));

        // A number of 32 bytes has the header 0xa0; one with leading zeros is shorter.
        static ReadOnlySpan<byte> Last(ReadOnlySpan<byte> list)
        {
            for (var size = 32; ; size--)
            {
                if (list[list.Length - size - 1] == 0x80 + size)
                    return list[^size..];
            }
        }
    }
}
