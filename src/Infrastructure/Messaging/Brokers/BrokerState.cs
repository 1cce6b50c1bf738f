using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// What is wrong with the broker now: with the connection, and with what the lanes of the outbox send. Shown by /readyz; it only degrades
/// the node.
/// </summary>
internal sealed class BrokerState : IHealthCheck
{
    private readonly string?[] _sending = new string?[OutboxLane.Count];
    private volatile string? _connection;

    /// <summary>Why there is no connection, or null.</summary>
    public string? Connection
    {
        get => _connection;
        set => _connection = value;
    }

    /// <summary>Why a lane cannot send, or null.</summary>
    public string? Sending(short lane) => Volatile.Read(ref _sending[lane]);

    /// <summary>Whether a lane cannot send.</summary>
    public bool IsAnyWaiting => Array.Exists(_sending, reason => reason is not null);

    /// <summary>Whether a lane cannot send for that reason.</summary>
    public bool IsWaitingFor(string reason) => Array.Exists(_sending, known => known == reason);

    /// <summary>Notes why a lane cannot send, or null when it can; the reason that was noted before.</summary>
    public string? SetSending(short lane, string? reason) => Interlocked.Exchange(ref _sending[lane], reason);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var reason = Connection ?? _sending.FirstOrDefault(sending => sending is not null);
        return Task.FromResult(
            reason is null
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded(reason, data: new Dictionary<string, object> { [HealthReason.Key] = reason })
        );
    }
}
