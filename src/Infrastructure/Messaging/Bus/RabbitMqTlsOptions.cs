using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;
using Rollups.Settings;

namespace Rollups.Messaging;

/// <summary>Section <c>Messaging:RabbitMq:Tls</c>.</summary>
public sealed class RabbitMqTlsOptions
{
    /// <summary>
    /// Whether AMQP is encrypted (TLS 1.2 or 1.3); set <c>Messaging:RabbitMq:Port</c> to the broker's TLS port, usually 5671.
    /// </summary>
    /// <value>The default is false.</value>
    public bool Enabled { get; set; }

    /// <summary>
    /// File in PEM format with the authority that signed the broker's certificate. Without it, the authorities of the system are trusted.
    /// </summary>
    /// <value>Path; the default is none.</value>
    [Setting(Form = "path")]
    public string CaFile { get; set; } = "";

    /// <summary>The name in the broker's certificate, if it is not that of <c>Messaging:RabbitMq:Host</c>.</summary>
    /// <value>Host name; the default is none.</value>
    [Setting(Form = "host name")]
    public string ServerName { get; set; } = "";

    /// <summary>File in PEM format with the node's own certificate, for a broker that demands one.</summary>
    /// <value>Path; the default is none.</value>
    [Setting(Form = "path")]
    public string CertificateFile { get; set; } = "";

    /// <summary>File in PEM format with the key of that certificate, not encrypted.</summary>
    /// <value>Path; the default is none.</value>
    [Setting(Form = "path")]
    public string CertificateKeyFile { get; set; } = "";

    internal IEnumerable<string> Problems()
    {
        if (!Enabled)
            yield break;
        foreach (
            var (name, path) in new[]
            {
                (nameof(CaFile), CaFile),
                (nameof(CertificateFile), CertificateFile),
                (nameof(CertificateKeyFile), CertificateKeyFile),
            }
        )
        {
            if (path.Length > 0 && !File.Exists(path))
                yield return $"Messaging:RabbitMq:Tls:{name} is '{path}', and there is no such file: correct the path.";
        }

        if ((CertificateFile.Length == 0) != (CertificateKeyFile.Length == 0))
            yield return "Messaging:RabbitMq:Tls has only one of CertificateFile and CertificateKeyFile: give both, or neither.";
    }

    /// <summary>The options for a connection to one host.</summary>
    internal SslOption ForHost(string host)
    {
        var option = new SslOption(ServerName.Length > 0 ? ServerName : host, "", Enabled)
        {
            Version = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateValidationCallback = Accepts,
        };
        if (Certificate() is { } certificate)
            option.Certs = new X509CertificateCollection { certificate };
        return option;
    }

    /// <summary>The node's own certificate, or null.</summary>
    internal X509Certificate2? Certificate()
    {
        if (CertificateFile.Length == 0)
            return null;
        try
        {
            return X509Certificate2.CreateFromPemFile(CertificateFile, CertificateKeyFile);
        }
        catch (CryptographicException exception)
        {
            throw new OperatorException(
                "Messaging:RabbitMq:Tls:CertificateFile and CertificateKeyFile are no certificate with its key in PEM format: "
                    + exception.Message,
                exception
            );
        }
    }

    /// <summary>
    /// Whether the broker's certificate is acceptable: the right name, signed by the configured authority or one of the system's.
    /// </summary>
    internal bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        // The system does not know the configured authority; every other fault stays one.
        if (CaFile.Length == 0 || errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null)
            return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.ImportFromPemFile(CaFile);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return own.Build(new X509Certificate2(certificate));
    }
}
