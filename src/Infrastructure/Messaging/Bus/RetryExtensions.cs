using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// Retries of failed consumers and sagas. Workers have none: the runner repeats a failed run, and the message is already acknowledged.
/// </summary>
public static class RetryExtensions
{
    private static readonly TimeSpan[] MeetingWriters =
    [
        .. Enumerable.Repeat(TimeSpan.FromMilliseconds(20), 3),
        .. Enumerable.Range(0, 6).Select(attempt => TimeSpan.FromMilliseconds(100) * Math.Pow(2, attempt)),
    ];

    /// <summary>
    /// The node's retry policy, which each definition of a consumer or a saga adds first. While the database is unavailable, in whatever
    /// way, the policy retries until it is back: an outage must not fill the error queues. With RabbitMQ a consumer holds a message for
    /// <see cref="RabbitMqOptions.HoldLimit"/>, then returns it to the broker, which delivers it again. Any other failure, such as a
    /// conflict of two writers, is retried for a few seconds; a malformed message never.
    /// </summary>
    /// <param name="endpoint">The queue of the definition.</param>
    /// <param name="context">The bus, of a host with <c>AddRollupsMessaging</c>.</param>
    public static void UseRetries(this IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
        var database = context.GetRequiredService<IDatabaseProvider>();
        var clock = context.GetRequiredService<TimeProvider>();
        var messaging = context.GetRequiredService<MessagingOptions>();
        var hold = messaging.Transport == "rabbitmq" ? messaging.RabbitMq.HoldLimit : Timeout.InfiniteTimeSpan;
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(IsAway);
            retry.SetRetryPolicy(filter => new OutageRetryPolicy(filter, clock, hold));
        });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Ignore<Exception>(IsAway);
            // A malformed message stays malformed: it goes straight to the error queue.
            retry.Ignore<FormatException>();
            // The delivery has ended: the broker has the message back. A request that timed out is retried.
            retry.Ignore<OperationCanceledException>(exception =>
                exception.CancellationToken.IsCancellationRequested && exception.InnerException is not TimeoutException
            );
            // The first retries follow at once: of two conflicting writers, one has finished by now.
            retry.Intervals(MeetingWriters);
        });

        bool IsAway(Exception exception) => database.IsTransient(exception) && !database.IsConflict(exception);
    }
}
