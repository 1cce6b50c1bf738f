using Rollups.Devnet;
using Rollups.Domain;

namespace Rollups.Cli.Devnet;

/// <summary>What the demo deploys.</summary>
/// <param name="Application">The echo application.</param>
/// <param name="Consensus">Its consensus contract.</param>
internal sealed record DevnetDeployment(Address Application, Address Consensus)
{
    public static async Task<DevnetDeployment> DeployAsync(
        DevnetChain chain,
        RollupsContracts contracts,
        DevnetConsensus consensus,
        ulong epochLength,
        Hash32 templateHash,
        CancellationToken cancellationToken
    )
    {
        if (consensus == DevnetConsensus.Authority)
        {
            var (application, authority) = await contracts.DeployAuthorityApplicationAsync(
                epochLength,
                templateHash,
                default,
                cancellationToken
            );
            return new DevnetDeployment(application, authority);
        }

        if (consensus == DevnetConsensus.Prt)
        {
            var dave = await StandInContracts.DeployAsync(chain, allowance: 6 * epochLength, effort: 5, cancellationToken);
            var (application, tournaments) = await dave.DeployApplicationAsync(templateHash, default, cancellationToken);
            return new DevnetDeployment(application, tournaments);
        }

        var quorum = await contracts.DeployQuorumAsync([.. DevnetAccounts.Validators.Take(3)], epochLength, default, cancellationToken);
        return new DevnetDeployment(await contracts.DeployApplicationAsync(quorum, templateHash, default, cancellationToken), quorum);
    }
}
