using MassTransit;
using MassTransit.RetryPolicies;

namespace Rollups.Messaging;

/// <summary>
/// Retries with growing waits for a limited time, not for a number of attempts, because a single attempt at a server that does not answer
/// takes long.
/// </summary>
internal sealed class OutageRetryPolicy(IExceptionFilter filter, TimeProvider clock, TimeSpan hold) : IRetryPolicy
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    // A restart is over within minutes, and retries should resume soon after it.
    private static readonly TimeSpan MostAtFirst = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AtFirst = TimeSpan.FromMinutes(5);

    public bool IsHandled(Exception exception) => filter.Match(exception);

    public void Probe(ProbeContext context) => context.Set(new { Policy = "Outage", Hold = hold });

    RetryPolicyContext<T> IRetryPolicy.CreatePolicyContext<T>(T context) => new PolicyContext<T>(this, context);

    /// <summary>The wait before the next attempt.</summary>
    /// <param name="attempt">Failed attempts before this one, 0 or more.</param>
    /// <param name="elapsed">Time since the first one failed.</param>
    public static TimeSpan Wait(int attempt, TimeSpan elapsed)
    {
        var wait = First * Math.Pow(2, Math.Min(attempt, 20));
        var most = elapsed < AtFirst ? MostAtFirst : Most;
        return wait < most ? wait : most;
    }

    private sealed class PolicyContext<T>(OutageRetryPolicy policy, T context) : BaseRetryPolicyContext<T>(policy, context)
        where T : class, PipeContext
    {
        protected override RetryContext<T> CreateRetryContext(Exception exception, CancellationToken cancellationToken) =>
            new Attempt<T>(policy, Context, exception, 0, policy.Now, cancellationToken);
    }

    private sealed class Attempt<T>(
        OutageRetryPolicy policy,
        T context,
        Exception exception,
        int count,
        long began,
        CancellationToken cancellationToken
    ) : BaseRetryContext<T>(context, exception, count, cancellationToken), RetryContext<T>
        where T : class, PipeContext
    {
        public override TimeSpan? Delay => Wait(RetryCount, policy.Since(began));

        bool RetryContext<T>.CanRetry(Exception exception, out RetryContext<T> retryContext)
        {
            retryContext = new Attempt<T>(policy, Context, exception, RetryCount + 1, began, CancellationToken);
            if (!policy.IsHandled(exception))
                return false;
            // A cancelled delivery goes back to its queue. Returning "no more attempts" would count as a fault of the message: it would
            // be published as one, and moved to the error queue.
            return policy.MayHold(began)
                ? true
                : throw new OperationCanceledException(
                    "The database has been unavailable for too long: the message returns to its queue, and the broker "
                        + "delivers it again.",
                    exception
                );
        }
    }

    private long Now => clock.GetTimestamp();

    private TimeSpan Since(long began) => clock.GetElapsedTime(began);

    private bool MayHold(long began) => hold == Timeout.InfiniteTimeSpan || Since(began) < hold;
}
