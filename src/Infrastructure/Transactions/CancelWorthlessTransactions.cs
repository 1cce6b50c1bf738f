using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>
/// A pending claim whose inputs are gone from L1 must not be mined. Checks for one at every head, at the cost of one query, and closes it
/// without waiting for the account's next transaction.
/// </summary>
internal sealed partial class CancelWorthlessTransactions(
    IHeadSource heads,
    IEthereumClient client,
    ITransactionSigner signer,
    StoredTransactions transactions,
    SignerQueue queue,
    FollowTransactions follow,
    ChainPolicy chain,
    ILogger<CancelWorthlessTransactions> logger
) : BackgroundService
{
    /// <summary>Checks once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (
            !await transactions.IsAnyWorthlessAsync(signer.Address, cancellationToken)
            || await client.GetBlockAsync(BlockTag.Latest, cancellationToken) is not { } head
            || await client.GetBlockAsync(chain.Tag, cancellationToken) is not { } top
        )
            return;
        await queue.InTurnAsync(
            async (turn, token) =>
            {
                await follow.ResolveOrphansAsync(turn, head.Number, top.Number, token);
                return true;
            },
            false,
            cancellationToken
        );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var head in heads.FollowAsync(stoppingToken))
            {
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException and not ObjectDisposedException)
                {
                    LogFailed(logger, head.Number, exception.Message);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The node stops.
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Claims whose inputs are gone from L1 could not be looked after at block {Block}: {Error} The next head looks again."
    )]
    private static partial void LogFailed(ILogger logger, ulong block, string error);
}
