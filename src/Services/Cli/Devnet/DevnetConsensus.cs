using Rollups.Devnet;
using Rollups.Ethereum;

namespace Rollups.Cli.Devnet;

/// <summary>The consensus contracts that the demo knows.</summary>
internal enum DevnetConsensus
{
    /// <summary>One owner claims.</summary>
    Authority,

    /// <summary>Two of three validators must vote for the same claim.</summary>
    Quorum,
}

/// <summary>What the demo deploys.</summary>
/// <param name="Application">The echo application.</param>
/// <param name="Consensus">Its consensus contract.</param>
internal sealed record DevnetDeployment(Address Application, Address Consensus)
{
    public static async Task<DevnetDeployment> DeployAsync(
        RollupsContracts contracts, DevnetConsensus consensus, ulong epochLength, Hash32 templateHash, CancellationToken cancellationToken)
    {
        if (consensus == DevnetConsensus.Authority)
        {
            var (application, authority) = await contracts.DeployAuthorityApplicationAsync(epochLength, templateHash, default, cancellationToken);
            return new DevnetDeployment(application, authority);
        }

        var quorum = await contracts.DeployQuorumAsync([.. DevnetAccounts.Validators.Take(3)], epochLength, default, cancellationToken);
        return new DevnetDeployment(await contracts.DeployApplicationAsync(quorum, templateHash, default, cancellationToken), quorum);
    }
}
