using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Rollups.Ethereum;

/// <summary>Delivers heads to one listener through one slot, in which a newer head replaces an older one.</summary>
internal sealed partial class HeadDelivery(IHeadListener listener, ILogger logger)
{
    private readonly Channel<BlockHeader> _slot = Channel.CreateBounded<BlockHeader>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
    );

    // The failure that was logged as a warning and lasts: one warning, however many heads it lasts.
    private string? _warned;

    /// <summary>Leaves the head for the listener; never waits.</summary>
    public void Put(BlockHeader head) => _slot.Writer.TryWrite(head);

    /// <summary>Calls the listener until the node stops. Never fails otherwise.</summary>
    /// <exception cref="OperationCanceledException">The node stops.</exception>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        await foreach (var head in _slot.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await listener.OnHeadAsync(head, stoppingToken);
                if (_warned is not null)
                    LogRecovered(logger, listener.Purpose, head.Number);
                _warned = null;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // The stop cut the call short, in whatever way its driver reports that.
                return;
            }
            catch (Exception exception)
            {
                var level = _warned == exception.Message ? LogLevel.Debug : listener.LevelOf(exception);
                if (level >= LogLevel.Warning)
                    _warned = exception.Message;
                LogFailed(logger, level, listener.Purpose, head.Number, exception.Message);
            }
        }
    }

    [LoggerMessage(
        EventId = 10,
        Message = "The node could not {Purpose} at block {Block}: {Error} It tries again at the next head or the fallback sync, "
            + "whichever comes first."
    )]
    private static partial void LogFailed(ILogger logger, LogLevel level, string purpose, ulong block, string error);

    [LoggerMessage(12, LogLevel.Information, "The node can {Purpose} again, as of block {Block}.")]
    private static partial void LogRecovered(ILogger logger, string purpose, ulong block);
}
