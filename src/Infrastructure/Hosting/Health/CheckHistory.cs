using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Rollups.Hosting;

/// <summary>Since when each check has had its status, as the callers of /readyz have seen it. Safe for concurrent use.</summary>
internal sealed class CheckHistory(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (HealthStatus Status, DateTimeOffset Since)> _seen = [];

    /// <summary>Records a check's status, and returns when it was first seen.</summary>
    public DateTimeOffset Since(string check, HealthStatus status)
    {
        lock (_lock)
        {
            if (!_seen.TryGetValue(check, out var seen) || seen.Status != status)
                _seen[check] = seen = (status, clock.GetUtcNow());
            return seen.Since;
        }
    }
}
