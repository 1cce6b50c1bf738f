using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Transactions;

/// <summary>Broadcasts stored bytes; remembers in this process when each was broadcast and how the L1 node answered.</summary>
internal sealed partial class BroadcastTransactions(
    IEthereumClient client,
    InputHistoryCheck history,
    TransactionOptions options,
    ILogger<BroadcastTransactions> logger
)
{
    // Hash to the block of this process's last broadcast and the row's version: a transaction reverted with its block and pending again
    // is broadcast at once.
    private readonly ConcurrentDictionary<Hash32, (ulong Block, DateTimeOffset Version)> _broadcastAt = new();

    // Hash to the L1 node's last refusal: logged once, not at every head.
    private readonly ConcurrentDictionary<Hash32, string> _refusals = new();

    // Application to the last logged reason for withholding its result.
    private readonly ConcurrentDictionary<string, string> _withheld = new();

    /// <summary>Broadcasts the stored bytes, unless this process did so recently.</summary>
    public async Task<Sending> BroadcastAsync(string application, L1Transaction stored, ulong top, CancellationToken cancellationToken)
    {
        if (
            _broadcastAt.TryGetValue(stored.TransactionHash, out var at)
            && at.Version == stored.UpdatedAt
            && top < at.Block + (ulong)options.RebroadcastAfterBlocks
        )
            return Sending.Waiting;
        if (
            stored.Kind.TellsResult()
            && !stored.IsCancellation
            && await history.FindMismatchAsync(stored.ApplicationId, stored.EpochIndex, cancellationToken) is { } doubt
        )
        {
            Withhold(application, stored.Kind, stored.EpochIndex, doubt);
            return Sending.Waiting;
        }

        try
        {
            await client.SendRawTransactionAsync(stored.SignedTransaction, cancellationToken);
        }
        catch (EthereumRpcException exception)
        {
            Refused(application, stored, top, exception.NodeMessage);
            return Sending.Waiting;
        }

        _broadcastAt[stored.TransactionHash] = (top, stored.UpdatedAt);
        _refusals.TryRemove(stored.TransactionHash, out _);
        LogSent(logger, application, stored.Kind.Describe(), stored.EpochIndex, stored.TransactionHash);
        return await client.GetReceiptAsync(stored.TransactionHash, cancellationToken) is null ? Sending.Waiting : Sending.Mined;
    }

    /// <summary>Logs why a result is not sent, once per reason.</summary>
    public void Withhold(string application, TransactionKind kind, ulong epoch, string doubt)
    {
        if (_withheld.TryGetValue(application, out var earlier) && earlier == doubt)
            return;
        _withheld[application] = doubt;
        LogWithheld(logger, application, kind.Describe(), epoch, doubt);
    }

    /// <summary>Makes the next check broadcast it again at once.</summary>
    public void Forget(Hash32 transaction)
    {
        _broadcastAt.TryRemove(transaction, out _);
        _refusals.TryRemove(transaction, out _);
    }

    private void Refused(string application, L1Transaction stored, ulong top, string words)
    {
        if (words.Contains("nonce too low", StringComparison.OrdinalIgnoreCase))
        {
            // Mined already, or its nonce was used: the receipt or the account's count shows which, once at the configured tag.
            _broadcastAt[stored.TransactionHash] = (top, stored.UpdatedAt);
            LogNonceUsed(logger, application, stored.Kind.Describe(), stored.EpochIndex, stored.TransactionHash, stored.Nonce);
        }
        else if (words.Contains("replacement transaction underpriced", StringComparison.OrdinalIgnoreCase))
        {
            // The pool holds another transaction with this nonce. Either that one is mined, or this one's fees are raised again.
            _broadcastAt[stored.TransactionHash] = (top, stored.UpdatedAt);
            LogUnderpriced(logger, application, stored.Kind.Describe(), stored.EpochIndex, stored.TransactionHash, stored.Nonce);
        }
        else if (_refusals.TryGetValue(stored.TransactionHash, out var earlier) && earlier == words)
        {
            LogStillNotTaken(logger, application, stored.Kind.Describe(), stored.EpochIndex, stored.TransactionHash, words);
        }
        else
        {
            _refusals[stored.TransactionHash] = words;
            LogNotTaken(logger, application, stored.Kind.Describe(), stored.EpochIndex, stored.TransactionHash, stored.Signer, words);
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
        "{Application}: the {What} of epoch {Epoch} (transaction {Transaction}) was not taken because its nonce {Nonce} is used. The chain "
            + "tells by what, once that is at the configured tag."
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
        6,
        LogLevel.Warning,
        "{Application}: the {What} of epoch {Epoch} is not sent: {Doubt}. Should the endpoint only lag, it is sent at a later head; if L1 "
            + "was reorganised, the EvmReader stops the application."
    )]
    private static partial void LogWithheld(ILogger logger, string application, string what, ulong epoch, string doubt);

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
