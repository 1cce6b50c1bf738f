using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Messaging;
using Rollups.Persistence;

namespace Rollups.Hosting;

/// <summary>The database accepts writes.</summary>
internal sealed class DatabaseHealthCheck(IServiceScopeFactory scopes, IDatabaseProvider database) : IHealthCheck
{
    /// <summary>Name of the check.</summary>
    public const string Name = "database";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            await DatabaseProbe.WriteAsync(scope.ServiceProvider.GetRequiredService<RollupsDbContext>(), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (database.Explain(exception) is { } reason)
        {
            return HealthCheckResult.Unhealthy(
                "The database does not accept writes.",
                exception,
                HealthReason.Data(
                    $"The database does not accept writes: {reason}.",
                    "Nothing, if it restarts or fails over: the services wait and go on by themselves. Otherwise check the server and "
                        + "Database:ConnectionString."
                )
            );
        }
    }
}
