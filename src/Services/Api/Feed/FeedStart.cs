using System.Globalization;
using Rollups.Api.Stories;
using Rollups.Domain;

namespace Rollups.Api.Feed;

/// <summary>Where a stream begins.</summary>
/// <param name="Log">Name of the log that the number belongs to; null: the present one.</param>
/// <param name="After">Number of the last event that the subscriber has; null: begin with what happens from now on.</param>
internal sealed record FeedStart(string? Log, long? After)
{
    /// <summary>Whether the subscriber wants the oldest event that is kept, whichever it is.</summary>
    public bool IsOldest => Log is null && After == 0;

    /// <exception cref="BadQueryException">It is no id of an event.</exception>
    public static FeedStart Parse(string? text)
    {
        if (text is null)
            return new FeedStart(null, null);
        if (text == "0")
            return new FeedStart(null, 0);
        return
            text.Split('-') is [{ Length: 8 } log, var number]
            && log.All(char.IsAsciiHexDigitLower)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? new FeedStart(log, after)
            : throw new BadQueryException(
                $"'{Hex.Clip(text)}' is not the id of an event: give the 'id' of the last one, or 0 for the oldest."
            );
    }
}
