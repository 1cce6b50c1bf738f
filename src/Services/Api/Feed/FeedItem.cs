using System.Globalization;
using System.Text;
using Rollups.Domain;
using Rollups.Persistence;

namespace Rollups.Api.Feed;

/// <summary>An event as every subscriber gets it. It is encoded once, however many subscribers there are.</summary>
/// <param name="Number">Place in the log.</param>
/// <param name="Application">Application contract.</param>
/// <param name="Kind">Name of the event.</param>
/// <param name="OccurredAt">When the change was committed.</param>
/// <param name="RecordedAt">When the event was written to the log.</param>
/// <param name="Frame">The event of the stream, with the empty line at its end.</param>
internal sealed record FeedItem(
    long Number,
    Address Application,
    string Kind,
    DateTimeOffset OccurredAt,
    DateTimeOffset RecordedAt,
    ReadOnlyMemory<byte> Frame
)
{
    public static FeedItem Of(string log, FeedEvent row) =>
        new(
            row.Number,
            row.Application,
            row.Kind,
            row.OccurredAt,
            row.RecordedAt,
            Encoding.UTF8.GetBytes($"id: {IdOf(log, row.Number)}\nevent: {row.Kind}\ndata: {row.Body}\n\n")
        );

    /// <summary>The id by which a subscriber resumes.</summary>
    public static string IdOf(string log, long number) => string.Create(CultureInfo.InvariantCulture, $"{log}-{number}");
}
