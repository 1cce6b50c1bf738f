using System.ComponentModel.DataAnnotations;
using Rollups.Settings;

namespace Rollups.Api.Feed;

/// <summary>Section <c>Api:Events</c>: the push feed and its log.</summary>
public sealed class FeedOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Api:Events";

    /// <summary>
    /// Subscribers of <c>GET /events</c> that this process serves at the same time. One more gets HTTP 503 with <c>Retry-After</c>. Each
    /// takes one connection and at most some 200 kB of memory, however slowly it reads.
    /// </summary>
    /// <value>1 to 100000 subscribers; the default is 2000.</value>
    [Range(1, 100_000)]
    [Setting(Unit = "subscribers")]
    public int MaxSubscribers { get; set; } = 2000;

    /// <summary>Events that the log in the database keeps; the node deletes older ones.</summary>
    /// <value>1000 to 10000000 events; the default is 100000.</value>
    [Range(1000, 10_000_000)]
    [Setting(Unit = "events")]
    public int KeepEvents { get; set; } = 100_000;

    /// <summary>Time for which the log in the database keeps an event; the node deletes older ones.</summary>
    /// <value>A minute to 365 days; the default is 7.00:00:00.</value>
    [TimeRange("00:01:00", "365.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Time for which a subscriber may leave the connection unread once its buffers are full. The node then closes the connection; the
    /// subscriber continues with <c>Last-Event-ID</c>.
    /// </summary>
    /// <value>A second to ten minutes; the default is 00:00:30.</value>
    [TimeRange("00:00:01", "00:10:00")]
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time after which a silent stream gets a line, so that proxies keep it and clients notice a broken connection.</summary>
    /// <value>A second to ten minutes; the default is 00:00:15.</value>
    [TimeRange("00:00:01", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);
}
