using System.Numerics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Transactions;

/// <summary>
/// The one place where a pending transaction ends. Closes its row; once that is committed, this process forgets its broadcasts, knows its
/// block as one that L1 has reached, and counts the end if this call closed the row. Needs no signer: a replica that only observes closes
/// transactions too.
/// </summary>
public sealed partial class TransactionEnds
{
    private readonly IUnitOfWork _unit;
    private readonly IEthereumClient _client;
    private readonly MinedUpTo _minedUpTo;
    private readonly BroadcastMemory _memory;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;

    internal TransactionEnds(
        IUnitOfWork unit,
        IEthereumClient client,
        MinedUpTo minedUpTo,
        BroadcastMemory memory,
        TimeProvider clock,
        ILogger<TransactionEnds> logger
    ) => (_unit, _client, _minedUpTo, _memory, _clock, _logger) = (unit, client, minedUpTo, memory, clock, logger);

    /// <summary>
    /// Closes our transaction that had an effect, as CONFIRMED, in the unit of work that stores the effect. Does nothing if the effect is
    /// another sender's: a transaction of ours for the same epoch stays pending and keeps its nonce.
    /// </summary>
    /// <param name="scope">The unit.</param>
    /// <param name="application">The application.</param>
    /// <param name="epoch">The epoch that the transaction is for.</param>
    /// <param name="effect">The transaction that was mined, whichever version of ours it is, and its block.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public async Task ConfirmAsync(
        IWorkScope scope,
        Application application,
        Epoch epoch,
        L1Fact effect,
        CancellationToken cancellationToken
    )
    {
        var mined = effect.Transaction;
        // In any state: another process may have closed it, and this one still remembers it.
        var own = await scope
            .Db.Transactions.AsNoTracking()
            .Where(row =>
                row.ApplicationId == application.Id
                && row.EpochIndex == epoch.Index
                && (
                    row.TransactionHash == mined
                    || scope.Db.ReplacedTransactions.Any(version => version.TransactionId == row.Id && version.TransactionHash == mined)
                )
            )
            .ToListAsync(cancellationToken);
        foreach (var transaction in own)
            await EndAsync(
                scope,
                application.Name,
                transaction,
                TransactionState.Confirmed,
                effect.BlockNumber,
                token => CostAsync(application.Name, mined, token),
                cancellationToken
            );
    }

    /// <summary>Closes a transaction in a unit of its own.</summary>
    /// <param name="application">Name of its application.</param>
    /// <param name="transaction">The newest version, as loaded.</param>
    /// <param name="state">How it ended.</param>
    /// <param name="receipt">The receipt of whichever version was mined; null if none was.</param>
    /// <param name="cancellationToken">Cancels the unit.</param>
    internal Task EndAsync(
        string application,
        L1Transaction transaction,
        TransactionState state,
        TransactionReceipt? receipt,
        CancellationToken cancellationToken
    ) =>
        _unit.ExecuteAsync(
            async (scope, token) =>
            {
                await EndAsync(scope, application, transaction, state, receipt?.BlockNumber, _ => Task.FromResult(receipt), token);
                return true;
            },
            cancellationToken
        );

    private async Task EndAsync(
        IWorkScope scope,
        string application,
        L1Transaction transaction,
        TransactionState state,
        ulong? minedIn,
        Func<CancellationToken, Task<TransactionReceipt?>> cost,
        CancellationToken cancellationToken
    )
    {
        var now = _clock.GetUtcNow();
        var closed = await scope
            .Db.Transactions.Where(row => row.Id == transaction.Id && row.State == TransactionState.Pending)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, state).SetProperty(row => row.UpdatedAt, now), cancellationToken);
        scope.OnCommitted(async token =>
        {
            _memory.Forget(transaction.TransactionHash);
            if (minedIn is { } block)
                _minedUpTo.Raise(block);
            if (closed == 0)
                return;
            TransactionReceipt? receipt = null;
            try
            {
                receipt = await cost(token);
            }
            finally
            {
                TransactionMetrics.HasEnded(application, transaction.Kind, state, receipt);
            }

            if (receipt is not null)
                await StoreCostAsync(transaction.Id, receipt, token);
        });
    }

    /// <summary>
    /// Stores the cost in a unit of its own: in the unit that closes the row, the receipt may not be known yet. Nothing but the stories
    /// needs it.
    /// </summary>
    private Task<bool> StoreCostAsync(long transactionId, TransactionReceipt receipt, CancellationToken cancellationToken) =>
        _unit.ExecuteAsync(
            async (scope, token) =>
            {
                // L1 may have reverted the block that an earlier row names.
                await scope.Db.MinedTransactions.Where(row => row.TransactionId == transactionId).ExecuteDeleteAsync(token);
                if (!await scope.Db.Transactions.AnyAsync(row => row.Id == transactionId, token))
                    return false;
                scope.Db.Add(
                    new MinedTransaction
                    {
                        TransactionId = transactionId,
                        TransactionHash = receipt.TransactionHash,
                        BlockNumber = receipt.BlockNumber,
                        GasUsed = receipt.GasUsed,
                        EffectiveGasPrice = (ulong)BigInteger.Min(receipt.EffectiveGasPrice, long.MaxValue),
                    }
                );
                return true;
            },
            cancellationToken
        );

    private async Task<TransactionReceipt?> CostAsync(string application, Hash32 mined, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.GetReceiptAsync(mined, cancellationToken);
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException)
        {
            // Only the metric lacks the cost; the work continues.
            LogCostUnknown(_logger, application, mined, exception.Message);
            return null;
        }
    }

    [LoggerMessage(3, LogLevel.Debug, "{Application}: the cost of transaction {Transaction} could not be read: {Error}")]
    private static partial void LogCostUnknown(ILogger logger, string application, Hash32 transaction, string error);
}
