using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Rollups.Api.Pipeline;

/// <summary>
/// The latest report of this process's health checks. A check may take seconds when what it asks is away, so a reader gets the report of
/// before.
/// </summary>
internal sealed class RecentHealth(HealthCheckService health, TimeProvider clock)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private Task<HealthReport>? _running;
    private HealthReport? _last;
    private long _began;

    /// <summary>The report; null if none was finished yet.</summary>
    public async Task<HealthReport?> ReadAsync()
    {
        Task<HealthReport> running;
        lock (_lock)
        {
            if (_running is { IsCompletedSuccessfully: true })
                _last = _running.Result;
            if (_running is null || (_running.IsCompleted && clock.GetElapsedTime(_began) > Age))
            {
                _began = clock.GetTimestamp();
                _running = Task.Run(() => health.CheckHealthAsync());
            }

            running = _running;
            if (_last is not null)
                return _last;
        }

        try
        {
            return await running.WaitAsync(FirstWait, clock);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
