namespace Rollups.Ethereum;

/// <summary>Section <c>Signer</c>: the account that pays for claims.</summary>
public sealed class SignerOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Signer";

    /// <summary>none, private-key or private-key-file.</summary>
    public string Kind { get; set; } = "none";

    /// <summary>0x and 64 hex digits, for Kind private-key. Prefer the file: environments are easily shown.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>File whose only content is the key, for Kind private-key-file.</summary>
    public string PrivateKeyFile { get; set; } = "";
}
