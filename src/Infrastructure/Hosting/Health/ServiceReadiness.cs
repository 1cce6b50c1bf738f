using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Rollups.Hosting;

/// <summary>A service of the process.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ready">False if something that it needs is unhealthy.</param>
/// <param name="Waits">Names of the checks that are not well.</param>
internal sealed record ServiceReadiness(string Name, bool Ready, IReadOnlyList<string> Waits)
{
    public static ServiceReadiness Of(string name, IEnumerable<CheckReadiness> checks)
    {
        var troubled = checks.Where(check => check.Status != HealthStatus.Healthy).ToList();
        return new ServiceReadiness(
            name,
            !troubled.Exists(check => check.Status == HealthStatus.Unhealthy),
            troubled.ConvertAll(check => check.Name)
        );
    }
}
