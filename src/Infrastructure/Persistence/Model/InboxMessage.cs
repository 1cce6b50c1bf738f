namespace Rollups.Persistence;

/// <summary>
/// A message that a consumer has handled; a second copy finds the row and is acknowledged without effect. Key: (message, consumer).
/// </summary>
public sealed class InboxMessage
{
    /// <summary>Message id.</summary>
    public Guid MessageId { get; set; }

    /// <summary>Hash of consumer type, message type and queue.</summary>
    public Guid ConsumerId { get; set; }

    /// <summary>When it was handled.</summary>
    public DateTimeOffset ReceivedAt { get; set; }
}
