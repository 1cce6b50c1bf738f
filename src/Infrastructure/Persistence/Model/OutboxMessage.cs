namespace Rollups.Persistence;

/// <summary>A captured message that waits for the dispatcher. Delivered rows are deleted, so every row is pending.</summary>
public sealed class OutboxMessage
{
    /// <summary>Order of capture. Assigned before the commit, so it must never serve as a cursor.</summary>
    public long Id { get; set; }

    /// <summary>Lane (0 to 15): one application's messages share one and keep their order.</summary>
    public short Lane { get; set; }

    /// <summary>When it was captured.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Earliest time to send; null = at once.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>Failed deliveries so far.</summary>
    public short Attempts { get; set; }

    /// <summary>Message id, kept across deliveries.</summary>
    public Guid MessageId { get; set; }

    /// <summary>Conversation, if any.</summary>
    public Guid? ConversationId { get; set; }

    /// <summary>Correlation, if any.</summary>
    public Guid? CorrelationId { get; set; }

    /// <summary>Message that caused it, if any.</summary>
    public Guid? InitiatorId { get; set; }

    /// <summary>Request it answers or makes, if any.</summary>
    public Guid? RequestId { get; set; }

    /// <summary>Sender's address.</summary>
    public string? SourceAddress { get; set; }

    /// <summary>Exchange or queue address.</summary>
    public string? DestinationAddress { get; set; }

    /// <summary>Address for answers.</summary>
    public string? ResponseAddress { get; set; }

    /// <summary>Address for faults.</summary>
    public string? FaultAddress { get; set; }

    /// <summary>MIME type of <see cref="Body"/>.</summary>
    public required string ContentType { get; set; }

    /// <summary>Message type URNs, joined by ';'.</summary>
    public required string MessageType { get; set; }

    /// <summary>End of its time to live; null = none.</summary>
    public DateTimeOffset? ExpirationTime { get; set; }

    /// <summary>Headers as JSON.</summary>
    public string? Headers { get; set; }

    /// <summary>Transport properties as JSON.</summary>
    public string? Properties { get; set; }

    /// <summary>The serialized envelope.</summary>
    public required string Body { get; set; }
}
