using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Testing;
using Rollups.Testing.Fakes;

namespace Rollups.Prt.Tests;

/// <summary>
/// Prt as the node has it. Hosted services are not started: events and syncs are all that wakes it.
/// </summary>
internal static class PrtService
{
    public static Task<ServiceHost> CreateAsync(FakeChain chain, ITransactionSigner signer) =>
        ServiceHost.CreateAsync(
            new ServiceSetup((services, configuration) => services.AddEthereum(configuration).AddPrt(configuration))
            {
                Chain = chain,
                Signer = signer,
                Settings = [("Ethereum:DefaultBlock", "safe")],
            }
        );

    /// <summary>An application under Dave, whose epochs end with its tournaments.</summary>
    public static Task<Application> AddApplicationAsync(this ServiceHost host) =>
        host.AddApplicationAsync("dave", FakeChain.AddressOf(10), FakeDave.Consensus, ConsensusType.Prt, with: app => app.EpochLength = 0);

    public static Task SyncAsync(this ServiceHost host) => host.SyncAsync<ResolveTournamentEpochs>();
}
