using Microsoft.Extensions.DependencyInjection;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Chain.Tests;

/// <summary>A process that uses L1, a <see cref="FakeChain"/>, and has no service.</summary>
internal static class PolicyHost
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    extension(ServiceHost host)
    {
        public FakeChain Chain => (FakeChain)host.Setup.Chain!;
    }

    public static Task<ServiceHost> CreateAsync(params (string Key, string Value)[] settings) =>
        ServiceHost.CreateAsync(On(new FakeChain()).With(settings));

    /// <summary>Another process on the same database and chain.</summary>
    public static Task<ServiceHost> RestartAsync(this ServiceHost host, params (string Key, string Value)[] settings) =>
        host.AnotherAsync(On(host.Chain).With(settings));

    public static Task CheckChainAsync(this ServiceHost host) => host.Services.GetRequiredService<LoadChainPolicy>().RunAsync(Cancel);

    private static ServiceSetup On(FakeChain chain) =>
        new(
            (services, configuration) =>
            {
                ChainIdentity.Add(services, configuration);
                services.AddEthereum(configuration).AddChainPolicy().AddEthereumHealth("evm-reader", "claimer");
            }
        )
        {
            Chain = chain,
            Settings = [("Ethereum:DefaultBlock", "finalized")],
        };
}
