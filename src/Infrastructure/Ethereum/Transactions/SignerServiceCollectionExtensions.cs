using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rollups.Ethereum;

/// <summary>Adds the account that pays for claims.</summary>
public static partial class SignerServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ITransactionSigner"/> from section <c>Signer</c>.</summary>
    /// <exception cref="SignerException">No key, an unknown kind, or a malformed key: one sentence that never repeats the key.</exception>
    public static IServiceCollection AddEthereumSigner(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(SignerOptions.Section).Get<SignerOptions>() ?? new SignerOptions();
        var signer = Create(options);
        return services.AddSingleton<ITransactionSigner>(provider =>
        {
            LogSigner(provider.GetRequiredService<ILoggerFactory>().CreateLogger("Rollups.Ethereum.Signer"), signer.Address, options.Kind);
            return signer;
        });
    }

    private static PrivateKeySigner Create(SignerOptions options) => options.Kind switch
    {
        "private-key" => FromHex(options.PrivateKey, "Signer:PrivateKey"),
        "private-key-file" => FromHex(ReadFile(options.PrivateKeyFile), $"the file '{options.PrivateKeyFile}' of Signer:PrivateKeyFile"),
        "none" or "" => throw new SignerException(
            "Signer:Kind is none, but claims are to be submitted: set Signer:Kind to private-key or private-key-file and give the key, or set Services:Claimer:SubmissionEnabled to false to only observe."),
        _ => throw new SignerException($"Signer:Kind is '{options.Kind}': use none, private-key or private-key-file."),
    };

    private static PrivateKeySigner FromHex(string text, string where)
    {
        if (text.Length == 0)
            throw new SignerException($"{where} is empty: give the private key as 0x and 64 hex digits.");
        if (!Hash32.TryParse(text, out var key))
            throw new SignerException($"{where} is not a private key: expected 0x and 64 hex digits, found {text.Length} characters that are not that.");
        try
        {
            return new PrivateKeySigner(key.ToByteArray());
        }
        catch (ArgumentException)
        {
            throw new SignerException($"{where} is not a private key: the number is zero or not below the order of secp256k1.");
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Transactions are signed by {Address} ({Kind}); it needs ether for gas.")]
    private static partial void LogSigner(ILogger logger, Address address, string kind);

    private static string ReadFile(string path)
    {
        if (path.Length == 0)
            throw new SignerException("Signer:PrivateKeyFile is empty: give the path of the file that holds the private key.");
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SignerException($"The file '{path}' of Signer:PrivateKeyFile cannot be read ({exception.GetType().Name}): check the path and the permissions.");
        }
    }
}

/// <summary>The account that pays for claims cannot be used. The message never repeats a secret.</summary>
public sealed class SignerException(string message) : Exception(message);
