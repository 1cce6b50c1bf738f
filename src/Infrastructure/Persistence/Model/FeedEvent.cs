using Rollups.Domain;

namespace Rollups.Persistence;

/// <summary>
/// An event of the node in the log from which the push feed is served. The oldest rows are deleted; nothing but the feed reads them.
/// </summary>
public sealed class FeedEvent
{
    /// <summary>
    /// Place in the log, from 1 and without gaps. Numbers become visible in their order, so a reader that knows one has seen all before it.
    /// </summary>
    public long Number { get; set; }

    /// <summary>Id of the message on the bus.</summary>
    public Guid MessageId { get; set; }

    /// <summary>Application contract.</summary>
    public Address Application { get; set; }

    /// <summary>Name of the event, such as <c>epoch.closed</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>The event as subscribers get it: a JSON object on one line.</summary>
    public required string Body { get; set; }

    /// <summary>When the change was committed, by the clock of the service that made it.</summary>
    public DateTimeOffset OccurredAt { get; set; }

    /// <summary>When the row was written.</summary>
    public DateTimeOffset RecordedAt { get; set; }
}
