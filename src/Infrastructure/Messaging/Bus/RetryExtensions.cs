using MassTransit;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>What is tried again when a consumer or a saga fails. Workers don't: their runner repeats a failed run, their message is done.</summary>
internal static class RetryExtensions
{
    // A restart of the database takes longer than the first six attempts; meanwhile the messages stay with the broker, as far as they are not in hand.
    private static readonly TimeSpan[] DatabaseAway =
        [.. Enumerable.Range(0, 6).Select(attempt => TimeSpan.FromMilliseconds(100) * Math.Pow(2, attempt)), .. Enumerable.Repeat(TimeSpan.FromSeconds(5), 60)];

    private static readonly TimeSpan[] MeetingWriters =
        [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(20), 3), .. Enumerable.Range(0, 6).Select(attempt => TimeSpan.FromMilliseconds(100) * Math.Pow(2, attempt))];

    /// <summary>
    /// A database that is away is tried again for five minutes: an outage must not fill the error queues. Any other failure, such as two writers that met,
    /// is tried again for a few seconds, one of format never.
    /// </summary>
    public static void UseRetries(this IReceiveEndpointConfigurator endpoint, IDatabaseProvider database)
    {
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(IsAway);
            retry.Intervals(DatabaseAway);
        });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Ignore<Exception>(IsAway);
            // What is malformed now is malformed at the next attempt: straight to the error queue.
            retry.Ignore<FormatException>();
            // The first ones at once: of two writers that met, one has finished by now.
            retry.Intervals(MeetingWriters);
        });

        bool IsAway(Exception exception) => database.IsTransient(exception) && !database.IsConflict(exception);
    }
}
