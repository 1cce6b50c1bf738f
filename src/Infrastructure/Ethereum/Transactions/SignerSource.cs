using System.Security.Cryptography;
using Amazon;
using Amazon.KeyManagementService;
using Nethereum.Accounts.Bip32;
using Rollups.Domain;
using Rollups.Settings;

namespace Rollups.Ethereum;

/// <summary>Creates the signer configured in section <c>Signer</c>. Its exception messages never repeat a secret.</summary>
internal static class SignerSource
{
    private const long LastAccount = int.MaxValue;

    private const string Kinds = "private-key, private-key-file, mnemonic, mnemonic-file or aws-kms";

    /// <summary>The signer, and warnings for the operator about how its key is stored.</summary>
    /// <exception cref="OperatorException">No source, several sources, or an unusable one.</exception>
    public static (ITransactionSigner Signer, IReadOnlyList<string> Warnings) Create(SignerOptions options)
    {
        EnsureOneSource(options);
        var warnings = new List<string>();
        return (
            options.Kind switch
            {
                "private-key" => FromKey(options.PrivateKey, "Signer:PrivateKey"),
                "private-key-file" => FromKey(
                    SecretFile.Read(options.PrivateKeyFile, "Signer:PrivateKeyFile", "private key", warnings),
                    $"the file '{options.PrivateKeyFile}' of Signer:PrivateKeyFile"
                ),
                "mnemonic" => FromMnemonic(options.Mnemonic, "Signer:Mnemonic", options.AccountIndex ?? 0),
                "mnemonic-file" => FromMnemonic(
                    SecretFile.Read(options.MnemonicFile, "Signer:MnemonicFile", "mnemonic", warnings),
                    $"the file '{options.MnemonicFile}' of Signer:MnemonicFile",
                    options.AccountIndex ?? 0
                ),
                _ => FromKms(options),
            },
            warnings
        );
    }

    private static void EnsureOneSource(SignerOptions options)
    {
        string[] mnemonics = ["mnemonic", "mnemonic-file"];
        (string Setting, bool Given, string[] Kinds)[] settings =
        [
            ("PrivateKey", options.PrivateKey.Length > 0, ["private-key"]),
            ("PrivateKeyFile", options.PrivateKeyFile.Length > 0, ["private-key-file"]),
            ("Mnemonic", options.Mnemonic.Length > 0, ["mnemonic"]),
            ("MnemonicFile", options.MnemonicFile.Length > 0, ["mnemonic-file"]),
            ("AccountIndex", options.AccountIndex is not null, mnemonics),
            ("AwsKmsKeyId", options.AwsKmsKeyId.Length > 0, ["aws-kms"]),
            ("AwsRegion", options.AwsRegion.Length > 0, ["aws-kms"]),
            ("AwsEndpoint", options.AwsEndpoint.Length > 0, ["aws-kms"]),
        ];
        var given = settings.Where(setting => setting.Given).ToList();
        if (options.Kind is "none" or "")
        {
            throw new OperatorException(
                given.Count > 0
                    ? $"Signer:Kind is none, but Signer:{given[0].Setting} is set: set Signer:Kind to "
                        + $"{string.Join(" or ", given[0].Kinds)} to sign with it, or remove it."
                    : $"Signer:Kind is none, but the node is to submit claims: set Signer:Kind to {Kinds} and give that key, or "
                        + $"set Services:Claimer:SubmissionEnabled and Services:Prt:SubmissionEnabled to false to only observe."
            );
        }

        if (!settings.Any(setting => setting.Kinds.Contains(options.Kind)))
            throw new OperatorException($"Signer:Kind is '{options.Kind}': use none, {Kinds}.");
        var unused = given.Where(setting => !setting.Kinds.Contains(options.Kind)).Select(setting => $"Signer:{setting.Setting}").ToList();
        if (unused.Count > 0)
            throw new OperatorException(
                $"Signer:Kind is {options.Kind}, but {string.Join(" and ", unused)} {(unused.Count == 1 ? "is" : "are")} set too: "
                    + $"give the settings of one kind only, so that it is clear which account pays."
            );
    }

    private static PrivateKeySigner FromKey(string text, string where)
    {
        if (text.Length == 0)
            throw new OperatorException($"{where} is empty: give the private key as 0x and 64 hex digits.");
        if (!Hash32.TryParse(text, out var key))
            throw new OperatorException(
                $"{where} is not a private key: expected 0x and 64 hex digits, found {text.Length} characters of another form."
            );
        try
        {
            return new PrivateKeySigner(key.ToByteArray());
        }
        catch (ArgumentException)
        {
            throw new OperatorException($"{where} is not a private key: the number is zero or not below the order of secp256k1.");
        }
    }

    private static PrivateKeySigner FromMnemonic(string text, string where, long account)
    {
        if (text.Length == 0)
            throw new OperatorException($"{where} is empty: give the mnemonic, 12 to 24 English words.");
        if (account is < 0 or > LastAccount)
            throw new OperatorException($"Signer:AccountIndex is {account}: give a number from 0 to {LastAccount}.");
        MinimalHDWallet? wallet = null;
        try
        {
            wallet = Mnemonic.ToWallet(text);
            return new PrivateKeySigner(wallet.GetEthereumKey((int)account));
        }
        catch (FormatException exception)
        {
            throw new OperatorException($"{where} is not a mnemonic: {exception.Message}.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wallet?.Seed);
        }
    }

    private static KmsSigner FromKms(SignerOptions options)
    {
        if (options.AwsKmsKeyId.Length == 0)
            throw new OperatorException(
                "Signer:AwsKmsKeyId is empty: give the id, the ARN or the alias of an asymmetric ECC_SECG_P256K1 key in AWS KMS."
            );
        var configuration = new AmazonKeyManagementServiceConfig { Timeout = TimeSpan.FromSeconds(20) };
        if (options.AwsRegion.Length > 0)
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(options.AwsRegion);
        if (options.AwsEndpoint.Length > 0)
        {
            if (!Uri.TryCreate(options.AwsEndpoint, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
                throw new OperatorException(
                    $"Signer:AwsEndpoint is '{options.AwsEndpoint}': give an http or https URL, or remove it to use the "
                        + $"region's own."
                );
            configuration.ServiceURL = endpoint.ToString();
            configuration.AuthenticationRegion = options.AwsRegion.Length > 0 ? options.AwsRegion : null;
        }

        try
        {
            return new KmsSigner(new AmazonKeyManagementServiceClient(configuration), options.AwsKmsKeyId);
        }
        catch (Amazon.Runtime.AmazonClientException exception)
        {
            throw new OperatorException(
                $"AWS KMS cannot be used: {exception.Message.TrimEnd('.')}. Set Signer:AwsRegion, and give credentials in one "
                    + $"of the ways that the AWS SDK supports."
            );
        }
    }
}
