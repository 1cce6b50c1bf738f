using System.Diagnostics;
using Rollups.Domain;

namespace Rollups.Messaging;

/// <summary>
/// Puts what a service does for an epoch into that epoch's one trace, which begins with the block that opened it. A run that an event of
/// the epoch caused is in the trace already; any other run, such as one at a new block or one for many epochs, is linked from it.
/// </summary>
public static class EpochTrace
{
    /// <summary>
    /// Begins an epoch's trace: a span without a parent, from the start of the current run, which it links to. It is the current span
    /// until it is disposed.
    /// </summary>
    /// <param name="name">What is done.</param>
    /// <param name="application">The application.</param>
    /// <param name="epochIndex">Index of the epoch.</param>
    /// <param name="blockNumber">The L1 block that is read.</param>
    /// <param name="blockHash">Its hash.</param>
    public static IDisposable? Begin(string name, Application application, ulong epochIndex, ulong blockNumber, Hash32 blockHash)
    {
        ArgumentNullException.ThrowIfNull(application);
        if (!Telemetry.Source.HasListeners())
            return null;
        var run = Activity.Current;
        // With a current span, the new one would become its child.
        Activity.Current = null;
        var root = Telemetry.Source.StartActivity(
            ActivityKind.Internal,
            links: run is null ? null : [new ActivityLink(run.Context)],
            startTime: run?.StartTimeUtc ?? default,
            name: name
        );
        if (root is null)
        {
            Activity.Current = run;
            return null;
        }

        Describe(root, application.Address, epochIndex);
        root.SetTag("rollups.block.number", (long)blockNumber).SetTag("rollups.block.hash", blockHash.ToString());
        return new Root(root, run);
    }

    /// <summary>Starts a span in the epoch's trace; null if nothing collects spans.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="application">The application.</param>
    /// <param name="epoch">The epoch, as loaded.</param>
    public static Activity? Continue(string name, Application application, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(application);
        ArgumentNullException.ThrowIfNull(epoch);
        return Continue(name, application.Address, epoch.Index, epoch.TraceParent);
    }

    /// <inheritdoc cref="Continue(string, Application, Epoch)"/>
    internal static Activity? Continue(string name, Address application, ulong epochIndex, string? traceParent)
    {
        if (!Telemetry.Source.HasListeners())
            return null;
        var run = Activity.Current;
        var isOwn =
            ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent) && (run is null || run.TraceId != parent.TraceId);
        var span = isOwn
            ? Telemetry.Source.StartActivity(
                ActivityKind.Internal,
                parent,
                links: run is null ? null : [new ActivityLink(run.Context)],
                name: name
            )
            : Telemetry.Source.StartActivity(name);
        if (span is not null)
            Describe(span, application, epochIndex);
        return span;
    }

    private static void Describe(Activity span, Address application, ulong epochIndex) =>
        span.SetTag("rollups.application", application.ToString()).SetTag("rollups.epoch", (long)epochIndex);

    private sealed class Root(Activity span, Activity? outer) : IDisposable
    {
        public void Dispose()
        {
            span.Dispose();
            Activity.Current = outer;
        }
    }
}
