using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Settings;

namespace Rollups.Ethereum;

/// <summary>Adds the account that pays for claims.</summary>
public static partial class SignerServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ITransactionSigner"/> from section <c>Signer</c>; services with the same account share one signer.
    /// </summary>
    /// <exception cref="OperatorException">
    /// No key source, several, or an unusable one: one sentence that never repeats a secret.
    /// </exception>
    public static IServiceCollection AddEthereumSigner(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(ITransactionSigner)))
            return services;
        var options = services.AddValidatedOptions<SignerOptions>(configuration.GetSection(SignerOptions.Section));
        var (signer, warnings) = SignerSource.Create(options);
        // Registered by a factory, so that the host disposes of it.
        services.AddSingleton(_ => signer);
        return services.AddSingleton(new SignerIntroduction(signer, options.Kind, warnings));
    }

    /// <summary>
    /// Prepares the signer: fetches the public key of an external key, and logs the account and any problem with how its key is
    /// stored. Does nothing if no signer was added.
    /// </summary>
    /// <exception cref="OperatorException">The key cannot be reached, or is not an Ethereum key.</exception>
    public static async Task ConnectEthereumSignerAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        if (services.GetService<SignerIntroduction>() is not { } introduction)
            return;
        if (introduction.Signer is KmsSigner remote)
            await remote.ConnectAsync(cancellationToken);
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Rollups.Ethereum.Signer");
        foreach (var warning in introduction.Warnings)
            LogWarning(logger, warning);
        LogSigner(logger, introduction.Signer.Address, introduction.Kind);
    }

    [LoggerMessage(1, LogLevel.Information, "The node signs transactions with {Address} ({Kind}); this account needs ether for gas.")]
    private static partial void LogSigner(ILogger logger, Address address, string kind);

    [LoggerMessage(2, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);

    private sealed record SignerIntroduction(ITransactionSigner Signer, string Kind, IReadOnlyList<string> Warnings);
}
