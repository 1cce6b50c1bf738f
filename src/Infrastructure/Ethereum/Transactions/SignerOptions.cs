using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Ethereum;

/// <summary>Section <c>Signer</c>: the account that pays for claims. <see cref="Kind"/> names the one source of its key.</summary>
public sealed class SignerOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Signer";

    /// <summary>Settings that are secrets: not to be given as arguments, which every user of the machine can read.</summary>
    public static IReadOnlyList<string> Secrets { get; } = [$"{Section}:{nameof(PrivateKey)}", $"{Section}:{nameof(Mnemonic)}"];

    /// <summary>Where the key is. With <c>none</c> the node sends nothing.</summary>
    /// <value>None, private-key, private-key-file, mnemonic, mnemonic-file or aws-kms; the default is none.</value>
    [AllowedValues("none", "private-key", "private-key-file", "mnemonic", "mnemonic-file", "aws-kms", "")]
    public string Kind { get; set; } = "none";

    /// <summary>
    /// For kind <c>private-key</c>: the key, from 1 to the order of secp256k1 less 1. Prefer the file: environments are easily shown.
    /// </summary>
    /// <value>0x and 64 hex digits; the default is none.</value>
    [Setting(Form = "0x and 64 hex digits", Secret = true)]
    public string PrivateKey { get; set; } = "";

    /// <summary>For kind <c>private-key-file</c>: path of a file that contains only such a key.</summary>
    /// <value>Path; the default is none.</value>
    [Setting(Form = "path")]
    public string PrivateKeyFile { get; set; } = "";

    /// <summary>
    /// For kind <c>mnemonic</c>: the words of BIP-39 in lower case. The checksum is verified; there is no passphrase. Prefer the file.
    /// </summary>
    /// <value>12, 15, 18, 21 or 24 English words; the default is none.</value>
    [Setting(Form = "12, 15, 18, 21 or 24 English words", Secret = true)]
    public string Mnemonic { get; set; } = "";

    /// <summary>For kind <c>mnemonic-file</c>: path of a file that contains only such words.</summary>
    /// <value>Path; the default is none.</value>
    [Setting(Form = "path")]
    public string MnemonicFile { get; set; } = "";

    /// <summary>For the kinds <c>mnemonic</c> and <c>mnemonic-file</c>: the account m/44'/60'/0'/0/index (BIP-44).</summary>
    /// <value>0 to 2147483647; the default is 0.</value>
    [Range(typeof(long), "0", "2147483647")]
    [Setting(Default = "0")]
    public long? AccountIndex { get; set; }

    /// <summary>For kind <c>aws-kms</c>: an asymmetric key in AWS KMS, <c>ECC_SECG_P256K1</c> for <c>SIGN_VERIFY</c>.</summary>
    /// <value>Id, ARN or alias; the default is none.</value>
    [Setting(Form = "id, ARN or alias")]
    public string AwsKmsKeyId { get; set; } = "";

    /// <summary>For kind <c>aws-kms</c>: AWS region of the key, such as <c>eu-central-1</c>.</summary>
    /// <value>Region; the default is that of the AWS SDK.</value>
    [Setting(Form = "region", Default = "that of the AWS SDK")]
    public string AwsRegion { get; set; } = "";

    /// <summary>For kind <c>aws-kms</c>: another endpoint of the KMS API.</summary>
    /// <value>Http or https URL; the default is the region's own.</value>
    [Setting(Form = "http or https URL", Default = "the region's own")]
    public string AwsEndpoint { get; set; } = "";
}
