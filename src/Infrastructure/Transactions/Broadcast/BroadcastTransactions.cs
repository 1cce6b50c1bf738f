using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>Broadcasts stored bytes, and remembers in this process when it did and how the L1 node answered.</summary>
internal sealed partial class BroadcastTransactions(
    IEthereumClient client,
    WithheldResults withheld,
    BroadcastMemory memory,
    TransactionOptions options,
    ILogger<BroadcastTransactions> logger
)
{
    /// <summary>Broadcasts the stored bytes, unless this process did so recently.</summary>
    public async Task<Sending> BroadcastAsync(string application, L1Transaction stored, ulong top, CancellationToken cancellationToken)
    {
        if (
            memory.IsRecent(stored, top, options.RebroadcastAfterBlocks)
            || (
                !stored.IsCancellation
                && await withheld.IsWithheldAsync(application, stored.ApplicationId, stored.Kind, stored.EpochIndex, cancellationToken)
            )
        )
            return Sending.Waiting;
        try
        {
            await client.SendRawTransactionAsync(stored.SignedTransaction, cancellationToken);
        }
        catch (EthereumRpcException exception)
        {
            Refused(application, stored, top, exception.NodeMessage);
            return Sending.Waiting;
        }

        memory.Taken(stored, top);
        LogSent(logger, application, stored.Kind.Describe(), stored.EpochIndex, stored.TransactionHash);
        return await client.GetReceiptAsync(stored.TransactionHash, cancellationToken) is null ? Sending.Waiting : Sending.Mined;
    }

    private void Refused(string application, L1Transaction stored, ulong top, string words)
    {
        if (words.Contains("nonce too low", StringComparison.OrdinalIgnoreCase))
        {
            // Mined already, or its nonce was used: the receipt or the account's count shows which, once at the configured tag.
            memory.Offered(stored, top);
            LogNonceUsed(logger, application, stored.Kind.Describe(), stored.EpochIndex, stored.TransactionHash, stored.Nonce);
        }
        else if (words.Contains("replacement transaction underpriced", StringComparison.OrdinalIgnoreCase))
        {
            // The pool holds another transaction with this nonce. Either that one is mined, or this one's fees are raised again.
            memory.Offered(stored, top);
            LogUnderpriced(logger, application, stored.Kind.Describe(), stored.EpochIndex, stored.TransactionHash, stored.Nonce);
        }
        else if (memory.IsNewRefusal(stored, words))
        {
            LogNotTaken(logger, application, stored.Kind.Describe(), stored.EpochIndex, stored.TransactionHash, stored.Signer, words);
        }
        else
        {
            LogStillNotTaken(logger, application, stored.Kind.Describe(), stored.EpochIndex, stored.TransactionHash, words);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Application}: the {What} of epoch {Epoch} was sent in transaction {Transaction}.")]
    private static partial void LogSent(ILogger logger, string application, string what, ulong epoch, Hash32 transaction);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} (transaction {Transaction} of {Signer}) was not taken by the L1 node: {Error} The same "
            + "bytes are sent again at each head until they are taken or replaced with higher fees; if the account lacks ether, send it "
            + "some."
    )]
    private static partial void LogNotTaken(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        Address signer,
        string error
    );

    [LoggerMessage(
        3,
        LogLevel.Debug,
        "{Application}: the {What} of epoch {Epoch} (transaction {Transaction}) is still not taken by the L1 node: {Error}"
    )]
    private static partial void LogStillNotTaken(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        string error
    );

    [LoggerMessage(
        4,
        LogLevel.Information,
        "{Application}: the L1 node refused the {What} of epoch {Epoch} (transaction {Transaction}) because nonce {Nonce} is used. The "
            + "node finds out which transaction used it once that block is at the configured tag."
    )]
    private static partial void LogNonceUsed(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        ulong nonce
    );

    [LoggerMessage(
        5,
        LogLevel.Information,
        "{Application}: the {What} of epoch {Epoch} (transaction {Transaction}) was not taken, because the L1 node holds another "
            + "transaction of nonce {Nonce} that pays as much. Either that one is mined, or this one is raised."
    )]
    private static partial void LogUnderpriced(
        ILogger logger,
        string application,
        string what,
        ulong epoch,
        Hash32 transaction,
        ulong nonce
    );
}
