using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rollups.Settings;

namespace Rollups.Api.Http;

/// <summary>The token that requests must carry. Only its hash is kept.</summary>
internal sealed partial class BearerToken
{
    private const string Scheme = "Bearer ";
    private readonly byte[]? _hash;

    /// <exception cref="OperatorException">The file cannot be read, or holds no token.</exception>
    public BearerToken(ApiOptions options, ILogger<BearerToken> logger)
    {
        if (options.TokenFile.Length == 0)
            return;
        var setting = $"{ApiOptions.Section}:{nameof(ApiOptions.TokenFile)}";
        var warnings = new List<string>();
        var token = SecretFile.Read(options.TokenFile, setting, "API token", warnings);
        if (token.Length == 0 || token.Any(c => c is <= ' ' or > '~'))
            throw new OperatorException(
                $"The file '{options.TokenFile}' of {setting} holds no token: write one line of visible ASCII characters into it, such as "
                    + "the output of 'openssl rand -hex 32'."
            );
        foreach (var warning in warnings)
            LogWarning(logger, warning);
        _hash = HashOf(token);
    }

    /// <summary>Whether the request may be answered.</summary>
    public bool Admits(HttpRequest request)
    {
        if (_hash is null)
            return true;
        var sent = request.Headers.Authorization.ToString();
        // Hashes have one length, so the time of the comparison does not depend on the token.
        return sent.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(HashOf(sent[Scheme.Length..].Trim()), _hash);
    }

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    [LoggerMessage(1, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);
}
