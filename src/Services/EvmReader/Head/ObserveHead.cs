using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Ethereum;
using Rollups.EvmReader.Metrics;
using Rollups.Persistence;

namespace Rollups.EvmReader.Head;

/// <summary>
/// First stage of a pass: reads the newest block that counts, and tracks since when it has stood still. A head that stands still is
/// logged once, and so is its end. Ages are monotonic. Written by one pass at a time, read by the health check.
/// </summary>
internal sealed partial class ObserveHead(
    IEthereumClient client,
    ChainPolicy chain,
    TimeProvider clock,
    IOptions<EvmReaderOptions> options,
    ILogger<ObserveHead> logger
)
{
    private readonly Lock _lock = new();
    private BlockHeader? _head;
    private long? _since;
    private bool _warned;

    /// <summary>The head; null if L1 has no block with the configured tag yet.</summary>
    public async Task<ObservedHead?> RunAsync(ILease lease, CancellationToken cancellationToken)
    {
        BeginQuery();
        if (await client.GetBlockAsync(chain.Tag, cancellationToken) is not { } header)
        {
            LogNoHead(logger, chain.Tag);
            return null;
        }

        Observe(header);
        return new ObservedHead(lease, header);
    }

    /// <summary>Nothing is read, because another replica reads or there is no application. So the head is not missing either.</summary>
    public void Rest()
    {
        lock (_lock)
            (_head, _since, _warned) = (null, null, false);
    }

    /// <summary>How long the head has stood still, in words for an operator, if that is too long; otherwise null.</summary>
    public string? Standstill()
    {
        lock (_lock)
            return IsStill(out var age)
                ? $"the newest block that counts is {_head?.Number.ToString(CultureInfo.InvariantCulture) ?? "unknown"}, and has been for "
                    + $"{age}"
                : null;
    }

    /// <summary>How long the head has stood still.</summary>
    public TimeSpan StillFor
    {
        get
        {
            lock (_lock)
                return _since is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;
        }
    }

    private void BeginQuery()
    {
        lock (_lock)
        {
            _since ??= clock.GetTimestamp();
            if (_warned || !IsStill(out var age))
                return;
            _warned = true;
            LogStill(logger, chain.Tag, _head?.Number, age);
        }
    }

    private void Observe(BlockHeader head)
    {
        lock (_lock)
        {
            if (_head is not null && head.Number == _head.Number && head.Hash == _head.Hash)
                return;
            // Further back only the stored history can reveal it.
            if (
                _head is { } before
                && (head.Number <= before.Number || (head.Number == before.Number + 1 && head.ParentHash != before.Hash))
            )
                ReaderMetrics.Reorganised("head");
            (_head, _since) = (head, clock.GetTimestamp());
            if (_warned)
                LogMoves(logger, head.Number);
            _warned = false;
        }
    }

    private bool IsStill(out TimeSpan age)
    {
        age = _since is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero;
        return options.Value.HeadStillAfter > TimeSpan.Zero && age > options.Value.HeadStillAfter;
    }

    [LoggerMessage(1, LogLevel.Warning, "The L1 node has no {Tag} block yet. Nothing is read until it has one.")]
    private static partial void LogNoHead(ILogger logger, BlockTag tag);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "The {Tag} block of L1 is {Block} and has been for {Age}: nothing new can be read. The node queries it again at every sync; check "
            + "the endpoint, and whether the chain produces blocks."
    )]
    private static partial void LogStill(ILogger logger, BlockTag tag, ulong? block, TimeSpan age);

    [LoggerMessage(3, LogLevel.Information, "L1 moves again, and is at block {Block}.")]
    private static partial void LogMoves(ILogger logger, ulong block);
}
