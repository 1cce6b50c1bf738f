using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Settings;

namespace Rollups.Chain;

/// <summary>The L1 endpoint answers, for the configured chain.</summary>
internal sealed class EthereumHealthCheck(IEthereumClient client, IOptions<EthereumOptions> options) : IHealthCheck
{
    private const string Remedy =
        "Check Ethereum:HttpEndpoint and the L1 node. The services try again by themselves and catch up; until then they read and send "
        + "nothing.";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await client.EnsureChainAsync(options.Value, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is EthereumUnreachableException or EthereumRpcException or OperatorException)
        {
            return HealthCheckResult.Unhealthy(exception.Message, exception, HealthReason.Data(exception.Message, Remedy));
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            // The check's time is up, in the middle of retries.
            return HealthCheckResult.Unhealthy("timeout", exception, HealthReason.Data("The L1 endpoint does not answer.", Remedy));
        }
    }
}
