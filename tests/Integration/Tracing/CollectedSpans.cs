using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace Rollups.Integration.Tests;

/// <summary>Keeps what the node's own tracing would send to a collector.</summary>
internal sealed class CollectedSpans : BaseProcessor<Activity>
{
    private readonly ConcurrentQueue<Activity> _ended = [];

    public IReadOnlyList<Activity> All => [.. _ended];

    public override void OnEnd(Activity data) => _ended.Enqueue(data);
}
