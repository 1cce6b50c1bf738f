using Microsoft.Extensions.Diagnostics.HealthChecks;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// Current problems with the broker: of the connection, and of each outbox lane's sends. Shown by /readyz; they only degrade the node.
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

    /// <summary>Records why a lane cannot send, or null when it can. Returns the reason recorded before.</summary>
    public string? SetSending(short lane, string? reason) => Interlocked.Exchange(ref _sending[lane], reason);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var reason = Connection ?? _sending.FirstOrDefault(sending => sending is not null);
        return Task.FromResult(
            reason is null ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(reason, data: HealthReason.Data(reason))
        );
    }
}
