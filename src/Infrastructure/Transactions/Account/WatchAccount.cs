using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Persistence;

namespace Rollups.Transactions;

/// <summary>
/// Notices transactions of the account that this database does not know: somebody else uses the key, or a second node with a database of
/// its own does. Each is reported once, by whichever process sees it first. A look costs one count, and more only if that is ahead of what
/// is known.
/// </summary>
internal sealed partial class WatchAccount(
    IEthereumClient client,
    ITransactionSigner signer,
    StoredAccount stored,
    FindTransactions find,
    ILogger<WatchAccount> logger
)
{
    // Transactions that one look finds on L1; it only counts the others.
    private const int MostFound = 10;

    // A reorganisation can bring a transaction back that was reported.
    private readonly ConcurrentDictionary<Hash32, bool> _reported = new();

    /// <summary>Looks at the account as of a block. What the endpoint cannot answer now waits for the next look.</summary>
    public async Task LookAsync(ulong block, CancellationToken cancellationToken)
    {
        try
        {
            var count = await client.GetTransactionCountAsync(signer.Address, BlockTag.At(block), cancellationToken);
            var accounted = await stored.AccountedAsync(cancellationToken);
            if (accounted is null)
                await BeginAsync(count, block, cancellationToken);
            else if (block >= accounted.Block && count != accounted.Nonce)
                await AccountAsync(accounted, count, block, cancellationToken);
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException)
        {
            LogUnreadable(logger, signer.Address, exception.Message);
        }
    }

    private async Task BeginAsync(ulong count, ulong block, CancellationToken cancellationToken)
    {
        if (await stored.AccountAsync(null, new AccountedNonces(count, block), cancellationToken) && count > 0)
            LogEarlier(logger, signer.Address, count);
    }

    private async Task AccountAsync(AccountedNonces accounted, ulong count, ulong block, CancellationToken cancellationToken)
    {
        if (count < accounted.Nonce)
        {
            // L1 has reverted blocks: what was in them may be mined again, or something else.
            await stored.AccountAsync(accounted, new AccountedNonces(count, block), cancellationToken);
            return;
        }

        var states = await stored.StatesAsync(accounted.Nonce, count, cancellationToken);
        // It is not known yet whether one of ours that is pending was mined, or another one in its place.
        var end = states.Where(own => own.Value == TransactionState.Pending).Select(own => own.Key).DefaultIfEmpty(count).Min();
        var unknown = new List<ulong>();
        var more = 0UL;
        for (var nonce = accounted.Nonce; nonce < end; nonce++)
        {
            if (states.ContainsKey(nonce))
                continue;
            if (unknown.Count < MostFound)
                unknown.Add(nonce);
            else
                more++;
        }

        var found = new List<(ulong Nonce, MinedBy? Transaction, ulong Block)>();
        foreach (var nonce in unknown)
        {
            var at = await find.FindAsync(nonce, accounted.Block, block, cancellationToken);
            if (at is null || !await stored.IsKnownAsync(at.Value.Transaction.Hash, cancellationToken))
                found.Add((nonce, at?.Transaction, at?.Block ?? block));
        }

        if (end == accounted.Nonce)
            return;
        var now = new AccountedNonces(end, end == count ? block : accounted.Block);
        if (!await stored.AccountAsync(accounted, now, cancellationToken))
            return;
        foreach (var (nonce, transaction, of) in found)
            await ReportAsync(nonce, transaction, of, cancellationToken);
        if (more > 0)
            LogMore(logger, signer.Address, more, block);
    }

    private async Task ReportAsync(ulong nonce, MinedBy? transaction, ulong block, CancellationToken cancellationToken)
    {
        if (transaction is null)
            LogLost(logger, signer.Address, nonce, block);
        else if (!_reported.TryAdd(transaction.Hash, true))
            return;
        else if (transaction.To is { } to && await stored.IsConsensusAsync(to, cancellationToken))
            LogOtherNode(logger, signer.Address, transaction.Hash, nonce, block, to);
        else
            LogForeign(logger, signer.Address, transaction.Hash, nonce, block, transaction.To?.ToString() ?? "a new contract");
    }

    [LoggerMessage(
        40,
        LogLevel.Warning,
        "The account {Signer} has sent transaction {Transaction} (nonce {Nonce}, block {Block}, to {To}), which this database does not "
            + "know: somebody else uses the node's key. Both take nonces of one account, so one may delay or displace the other. The node "
            + "goes on; give everybody a key of their own."
    )]
    private static partial void LogForeign(ILogger logger, Address signer, Hash32 transaction, ulong nonce, ulong block, string to);

    [LoggerMessage(
        41,
        LogLevel.Warning,
        "The account {Signer} has sent transaction {Transaction} (nonce {Nonce}, block {Block}) to the consensus {Consensus}, and this "
            + "database does not know it: another node, with a database of its own, signs with the same key. Their transactions displace "
            + "each other. This node goes on; stop one of the two, or give it a key of its own."
    )]
    private static partial void LogOtherNode(
        ILogger logger,
        Address signer,
        Hash32 transaction,
        ulong nonce,
        ulong block,
        Address consensus
    );

    [LoggerMessage(
        42,
        LogLevel.Warning,
        "The account {Signer} has sent a transaction with nonce {Nonce} by block {Block}, which this database does not know: somebody else "
            + "uses the node's key. The L1 endpoint no longer has the state in which its hash could be found; a block explorer shows it. "
            + "The node goes on; give everybody a key of their own."
    )]
    private static partial void LogLost(ILogger logger, Address signer, ulong nonce, ulong block);

    [LoggerMessage(
        43,
        LogLevel.Warning,
        "The account {Signer} has sent {More} more transactions by block {Block} that this database does not know: somebody else uses the "
            + "node's key."
    )]
    private static partial void LogMore(ILogger logger, Address signer, ulong more, ulong block);

    [LoggerMessage(
        44,
        LogLevel.Information,
        "The account {Signer} had sent {Count} transactions before this database knew it. If another node uses its key, give each node a "
            + "key of its own."
    )]
    private static partial void LogEarlier(ILogger logger, Address signer, ulong count);

    [LoggerMessage(45, LogLevel.Debug, "The transactions of {Signer} could not be counted: {Error}. The next look tries again.")]
    private static partial void LogUnreadable(ILogger logger, Address signer, string error);
}
