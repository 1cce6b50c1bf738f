using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Rollups.Persistence;

namespace Rollups.Messaging;

/// <summary>
/// What is tried again when a consumer or a saga fails. Workers don't: their runner repeats a failed run, their message is done.
/// </summary>
public static class RetryExtensions
{
    private static readonly TimeSpan[] MeetingWriters =
    [
        .. Enumerable.Repeat(TimeSpan.FromMilliseconds(20), 3),
        .. Enumerable.Range(0, 6).Select(attempt => TimeSpan.FromMilliseconds(100) * Math.Pow(2, attempt)),
    ];

    /// <summary>
    /// The retry policy of the node, which each definition of a consumer or a saga asks for before anything else. A database that is away,
    /// in whatever state, is waited for as long as it takes: an outage must not fill the error queues. With RabbitMQ a message is kept in
    /// hand for <see cref="RabbitMqOptions.HoldLimit"/>; then the broker has it back and delivers it again. Any other failure, such as two
    /// writers that met, is tried again for a few seconds, one of format never.
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
            // A malformed message stays malformed: straight to the error queue.
            retry.Ignore<FormatException>();
            // The first ones at once: of two writers that met, one has finished by now.
            retry.Intervals(MeetingWriters);
        });

        bool IsAway(Exception exception) => database.IsTransient(exception) && !database.IsConflict(exception);
    }
}
