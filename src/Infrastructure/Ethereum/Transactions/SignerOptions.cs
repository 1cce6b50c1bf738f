namespace Rollups.Ethereum;

/// <summary>Section <c>Signer</c>: the account that pays for claims. One source of its key is given, named by <see cref="Kind"/>.</summary>
public sealed class SignerOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Signer";

    /// <summary>Settings that are secrets: not to be given as arguments, which every user of the machine can read.</summary>
    public static IReadOnlyList<string> Secrets { get; } = [$"{Section}:{nameof(PrivateKey)}", $"{Section}:{nameof(Mnemonic)}"];

    /// <summary>none, private-key, private-key-file, mnemonic, mnemonic-file or aws-kms.</summary>
    public string Kind { get; set; } = "none";

    /// <summary>0x and 64 hex digits, for Kind private-key. Prefer the file: environments are easily shown.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>File whose only content is the key, for Kind private-key-file.</summary>
    public string PrivateKeyFile { get; set; } = "";

    /// <summary>12 to 24 English words (BIP-39), for Kind mnemonic. Prefer the file.</summary>
    public string Mnemonic { get; set; } = "";

    /// <summary>File whose only content is the mnemonic, for Kind mnemonic-file.</summary>
    public string MnemonicFile { get; set; } = "";

    /// <summary>Account of the mnemonic: the last number of m/44'/60'/0'/0/index (BIP-44), 0 to 2147483647.</summary>
    /// <value>The default is 0.</value>
    public long? AccountIndex { get; set; }

    /// <summary>Id, ARN or alias of an asymmetric key in AWS KMS (ECC_SECG_P256K1, SIGN_VERIFY), for Kind aws-kms.</summary>
    public string AwsKmsKeyId { get; set; } = "";

    /// <summary>AWS region of the key, such as eu-central-1; empty: as the environment or the profile of the AWS SDK says.</summary>
    public string AwsRegion { get; set; } = "";

    /// <summary>Another endpoint of the KMS API, http or https; empty: the region's own.</summary>
    public string AwsEndpoint { get; set; } = "";
}
