using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// Reads the signing account's balance for the gauge, and warns once when it is low. At the same time
/// <see cref="WatchAccount"/> looks for transactions of somebody else.
/// </summary>
internal sealed partial class WatchBalance(
    IEthereumClient client,
    ITransactionSigner signer,
    WatchAccount account,
    TransactionOptions options,
    TimeProvider clock,
    ILogger<WatchBalance> logger
) : BackgroundService
{
    private bool _isLow;

    /// <summary>Reads it once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var wei = await client.GetBalanceAsync(signer.Address, BlockTag.Latest, cancellationToken);
            TransactionMetrics.Has(signer.Address, wei);
            var ether = TransactionMetrics.InEther(wei);
            var isLow = ether < (double)options.BalanceWarningEther;
            if (isLow && !_isLow)
                LogLow(logger, signer.Address, ether, options.BalanceWarningEther);
            else if (_isLow && !isLow)
                LogEnough(logger, signer.Address, ether);
            _isLow = isLow;
            if (await client.GetBlockAsync(BlockTag.Latest, cancellationToken) is { } head)
                await account.LookAsync(head.Number, cancellationToken);
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException)
        {
            LogUnreadable(logger, signer.Address, exception.Message);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The look reads the database too. Its outage must cost a look, not the process.
            var level = LoggedOutage.LevelOf(exception, LogLevel.Warning);
            LogFailed(logger, level, signer.Address, exception.Message, options.BalanceInterval);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.BalanceInterval, clock);
        try
        {
            do await LookAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    [LoggerMessage(
        30,
        LogLevel.Warning,
        "The account {Signer} has {Ether} ether, less than Transactions:BalanceWarningEther ({Threshold}). Without ether nothing reaches "
            + "L1: send it some."
    )]
    private static partial void LogLow(ILogger logger, Address signer, double ether, decimal threshold);

    [LoggerMessage(31, LogLevel.Information, "The account {Signer} has enough again: {Ether} ether.")]
    private static partial void LogEnough(ILogger logger, Address signer, double ether);

    [LoggerMessage(32, LogLevel.Debug, "The balance of {Signer} could not be read: {Error}")]
    private static partial void LogUnreadable(ILogger logger, Address signer, string error);

    [LoggerMessage(
        EventId = 33,
        Message = "The transactions of {Signer} could not be compared with the database: {Error} The next look is in {Interval}; claims "
            + "do not wait for it."
    )]
    private static partial void LogFailed(ILogger logger, LogLevel level, Address signer, string error, TimeSpan interval);
}
