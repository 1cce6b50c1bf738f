using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Rollups.Ethereum;

namespace Rollups.Hosting;

/// <summary>The L1 endpoint answers, for the configured chain.</summary>
internal sealed class EthereumHealthCheck(IEthereumClient client, IOptions<EthereumOptions> options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await client.EnsureChainAsync(options.Value, cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
