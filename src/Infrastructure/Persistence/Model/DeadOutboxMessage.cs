namespace Rollups.Persistence;

/// <summary>
/// A message that could not be delivered after many attempts, set aside so that its lane continues. It stays visible and can be queued
/// again.
/// </summary>
public sealed class DeadOutboxMessage
{
    /// <summary>The id it had in the outbox.</summary>
    public long Id { get; set; }

    /// <summary>Its lane.</summary>
    public short Lane { get; set; }

    /// <summary>Its message id.</summary>
    public Guid MessageId { get; set; }

    /// <summary>Its destination.</summary>
    public string? DestinationAddress { get; set; }

    /// <summary>Message type URNs, joined by ';'.</summary>
    public required string MessageType { get; set; }

    /// <summary>The whole outbox row as JSON, for queueing it again.</summary>
    public required string Row { get; set; }

    /// <summary>The last error.</summary>
    public required string Error { get; set; }

    /// <summary>When it was set aside.</summary>
    public DateTimeOffset FailedAt { get; set; }
}
