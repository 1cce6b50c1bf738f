using Rollups.Ethereum;
using Rollups.Testing;

namespace Rollups.Claimer.Tests;

/// <summary>The Claimer as the node has it. Nothing of it runs by itself: tests make the passes.</summary>
internal static class ClaimerService
{
    /// <summary>Setup with that L1 and that account; without them it is the service's own client and the settings' account.</summary>
    public static ServiceSetup Setup(IEthereumClient? chain, ITransactionSigner? signer) =>
        new((services, configuration) => services.AddEthereum(configuration).AddClaimer(configuration))
        {
            Chain = chain,
            Signer = signer,
            Settings = [("Ethereum:DefaultBlock", "latest")],
        };

    public static Task<ServiceHost> CreateAsync(
        IEthereumClient chain,
        ITransactionSigner? signer,
        params (string Key, string Value)[] settings
    ) => ServiceHost.CreateAsync(Setup(chain, signer).With(settings));

    /// <summary>Another process on the same database; what the first had in memory is not known to it.</summary>
    public static Task<ServiceHost> AnotherAsync(
        this ServiceHost host,
        IEthereumClient chain,
        ITransactionSigner? signer,
        params (string Key, string Value)[] settings
    ) => host.AnotherAsync(Setup(chain, signer).With(settings));

    public static Task<int> PassAsync(this ServiceHost host) => host.PassAsync<SettleClaims>();
}
