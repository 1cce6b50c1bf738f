using MassTransit;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>What is tried again when a consumer or a saga fails. Workers don't: their runner repeats a failed run, their message is done.</summary>
internal static class RetryExtensions
{
    // A restart of the database takes longer than the first six attempts; meanwhile the messages stay with the broker, as far as they are not in hand.
    private static readonly TimeSpan[] DatabaseAway =
        [.. Enumerable.Range(0, 6).Select(attempt => TimeSpan.FromMilliseconds(100) * Math.Pow(2, attempt)), .. Enumerable.Repeat(TimeSpan.FromSeconds(5), 60)];

    /// <summary>
    /// A failure of the database that can mend is tried again for five minutes: an outage must not fill the error queues. Any other failure is tried
    /// again for a few seconds, one of format never.
    /// </summary>
    public static void UseRetries(this IReceiveEndpointConfigurator endpoint, IDatabaseProvider database)
    {
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(database.IsTransient);
            retry.Intervals(DatabaseAway);
        });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Ignore<Exception>(database.IsTransient);
            // What is malformed now is malformed at the next attempt: straight to the error queue.
            retry.Ignore<FormatException>();
            retry.Exponential(5, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200));
        });
    }
}
