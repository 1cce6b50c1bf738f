using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>
/// Reads logs in ranges that the endpoint accepts; every eth_getLogs of every service goes through here. Providers limit ranges,
/// results, bytes and time, each in its own words, or by dropping the connection, so messages are not parsed: if a range fails but its
/// two end blocks succeed alone, the range was too large and is halved. If its first block fails too, the endpoint is the cause; if
/// its last does, a lagging replica is. Narrower ranges would then only cost time.
/// </summary>
internal sealed partial class LogRanges
{
    // Requests per step of a reader that commits after each step.
    private const ulong RequestsPerStep = 100;

    // Blocks that count as one request before the endpoint has accepted more. Its limit shows only in a request that is too large, and
    // then the whole step is read in requests of that limit.
    private const ulong Unproven = 10;

    private readonly JsonRpcTransport _transport;
    private readonly LearnedLimit _blocks;
    private readonly ILogger<LogRanges> _logger;
    private ulong _reported = ulong.MaxValue;

    public LogRanges(JsonRpcTransport transport, IOptions<EthereumOptions> options, ILogger<LogRanges> logger)
    {
        (_transport, _logger) = (transport, logger);
        _blocks = new LearnedLimit(
            options.Value.MaxBlockRange == 0 ? ulong.MaxValue : options.Value.MaxBlockRange,
            (ulong)options.Value.MinBlockRange
        );
    }

    /// <summary>Blocks that a bounded number of requests can read.</summary>
    public ulong BlocksPerStep
    {
        get
        {
            var size = Math.Min(_blocks.Size, Math.Max(_blocks.Proven, Unproven));
            return size > ulong.MaxValue / RequestsPerStep ? ulong.MaxValue : size * RequestsPerStep;
        }
    }

    /// <summary>Logs of the whole inclusive range, in chain order.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        var logs = new List<LogEntry>();
        string? refusal = null;
        for (var from = filter.FromBlock; from <= filter.ToBlock; )
        {
            var size = _blocks.Size;
            var part = filter with { FromBlock = from, ToBlock = filter.ToBlock - from < size ? filter.ToBlock : from + size - 1 };
            var length = part.ToBlock - from + 1;
            try
            {
                // A size that was just refused, or is a trial growth, is not worth retries.
                logs.AddRange(await QueryAsync(part, isTrial: refusal is not null || _blocks.IsTrial(length), cancellationToken));
                _blocks.Accepted(length);
                LogNarrower(length, refusal);
                refusal = null;
                from = part.ToBlock + 1;
            }
            catch (Exception exception) when (length > _blocks.Least && RpcErrors.MayBeForSize(exception))
            {
                if (
                    await BlockAsync(part, from, cancellationToken) is not { } first
                    || await BlockAsync(part, part.ToBlock, cancellationToken) is null
                )
                    throw;
                logs.AddRange(first);
                _blocks.Refused(length);
                refusal = exception.Message;
                from++;
            }
        }

        logs.Sort((a, b) => a.BlockNumber != b.BlockNumber ? a.BlockNumber.CompareTo(b.BlockNumber) : a.LogIndex.CompareTo(b.LogIndex));
        return logs;
    }

    /// <summary>Logs of a single block, in one attempt; null if it fails too.</summary>
    private async Task<IReadOnlyList<LogEntry>?> BlockAsync(LogFilter part, ulong block, CancellationToken cancellationToken)
    {
        try
        {
            return await QueryAsync(part with { FromBlock = block, ToBlock = block }, isTrial: true, cancellationToken);
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<LogEntry>> QueryAsync(LogFilter part, bool isTrial, CancellationToken cancellationToken)
    {
        var request = RpcRequests.Logs(part);
        var answer = isTrial
            ? await _transport.CallOnceAsync(request, cancellationToken)
            : await _transport.CallAsync(request, cancellationToken);
        return RpcReader.Logs(request.Method, answer);
    }

    private void LogNarrower(ulong length, string? refusal)
    {
        if (refusal is null || length >= Interlocked.Read(ref _reported))
            return;
        Interlocked.Exchange(ref _reported, length);
        LogNarrowed(_logger, length, refusal);
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "The L1 endpoint refuses larger ranges of logs. From now on the node requests {Blocks} blocks at a time, and later tries "
            + "more again. The endpoint answered: {Refusal}"
    )]
    private static partial void LogNarrowed(ILogger logger, ulong blocks, string refusal);
}
