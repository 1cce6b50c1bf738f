using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Rollups.Ethereum;

/// <inheritdoc cref="IHeadSource" />
internal sealed partial class HeadSource(
    IEthereumClient client,
    ChainPolicy chain,
    IOptions<EthereumOptions> options,
    TimeProvider clock,
    ILogger<HeadSource> logger
) : IHeadSource
{
    // A live WebSocket announces new heads; the poll only covers heads lost on it.
    private const int PollsToOneWithWebSocket = 10;

    private readonly EthereumOptions _options = options.Value;

    public async IAsyncEnumerable<BlockHeader> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A head is only a signal to read: with one slot, any number of them merge into one read.
        var signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        signals.Writer.TryWrite(true);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var subscription = _options.WebSocketEndpoint.Length == 0 ? null : new NewHeadsSubscription(_options, clock, logger);
        var listening = subscription?.RunAsync(() => signals.Writer.TryWrite(true), stop.Token) ?? Task.CompletedTask;
        var ticking = TickAsync(signals.Writer, subscription, stop.Token);
        BlockHeader? last = null;
        try
        {
            await foreach (var _ in signals.Reader.ReadAllAsync(cancellationToken))
            {
                var head = await TryReadAsync(cancellationToken);
                // A pending block has no hash, so its number is compared.
                if (head is null || (last is not null && head.Hash == last.Hash && head.Number == last.Number))
                    continue;
                last = head;
                yield return head;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(ticking, listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TickAsync(ChannelWriter<bool> signals, NewHeadsSubscription? subscription, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.PollingInterval, clock);
        var skipped = 0;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (subscription is { IsLive: true } && ++skipped < PollsToOneWithWebSocket)
                continue;
            skipped = 0;
            signals.TryWrite(true);
        }
    }

    private async Task<BlockHeader?> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var head = await client.GetBlockAsync(chain.Tag, cancellationToken);
            if (head is null)
                LogNoHead(logger, chain.Tag);
            return head;
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException)
        {
            LogUnreadable(logger, exception.Message, _options.PollingInterval);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The L1 endpoint has no {Tag} block yet. The node reads nothing until it has one.")]
    private static partial void LogNoHead(ILogger logger, BlockTag tag);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "The head of L1 could not be read: {Error} The node retries in {Interval}, or when the WebSocket announces a head."
    )]
    private static partial void LogUnreadable(ILogger logger, string error, TimeSpan interval);
}
