using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Persistence;
using Rollups.Transactions;

namespace Rollups.Prt;

/// <summary>
/// Wakes the applications whose tournaments have logs in a new head, and those whose deadline it reaches. One eth_getLogs per head for
/// all of them, none if no tournament is open. A head on another branch than the previous one wakes them all: what they have read may
/// be gone, and no log shows that.
/// </summary>
internal sealed partial class FollowHeadForTournaments(
    IEthereumClient client,
    ChainPolicy chain,
    OpenTournaments open,
    IWorkRunner<ResolveTournamentEpochs> runner,
    [FromKeyedServices("prt")] WatchClaims watch,
    ILogger<FollowHeadForTournaments> logger
) : IHeadListener
{
    // Addresses per filter; providers refuse longer lists.
    private const int AddressesInOneFilter = 500;

    // The previous head. Heads may have been skipped since, so logs are read from its successor.
    private BlockHeader? _seen;

    public string Purpose => "check tournaments";

    public async Task OnHeadAsync(BlockHeader head, CancellationToken cancellationToken)
    {
        var from = Math.Min(_seen?.Number + 1 ?? head.Number, head.Number);
        var isOtherBranch = _seen is not null && open.Applications.Count > 0 && !await FollowsAsync(_seen, head, cancellationToken);
        // First: a reverted epoch is not open, and must be checked too.
        var taken = await TakenBackAsync(head.Number, cancellationToken);
        IReadOnlyList<WorkKey> due = isOtherBranch
            ? [.. open.Applications.Union(taken)]
            : [.. open.DueAt(head.Number).Union(await WithNewsAsync(from, head.Number, cancellationToken)).Union(taken)];
        _seen = head;
        await Task.WhenAll(due.Select(key => runner.WakeAsync(key, WorkTrigger.Event, cancellationToken)));
    }

    public LogLevel LevelOf(Exception failure) => LoggedOutage.LevelOf(failure, LogLevel.Warning);

    /// <summary>Whether the earlier head is an ancestor of this one; false if that cannot be determined.</summary>
    private async Task<bool> FollowsAsync(BlockHeader earlier, BlockHeader head, CancellationToken cancellationToken)
    {
        if (head.Number <= earlier.Number)
            return false;
        if (chain.IsFinal)
            return true;
        if (head.Number == earlier.Number + 1)
            return head.ParentHash == earlier.Hash;
        try
        {
            return (await client.GetBlockAsync(BlockTag.At(earlier.Number), cancellationToken))?.Hash == earlier.Hash;
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyCollection<WorkKey>> TakenBackAsync(ulong block, CancellationToken cancellationToken)
    {
        try
        {
            return await watch.LookAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException and not ObjectDisposedException)
        {
            var level = LevelOf(exception);
            LogNotWatched(logger, level, block, exception.Message);
            return [];
        }
    }

    private async Task<IReadOnlyCollection<WorkKey>> WithNewsAsync(ulong from, ulong to, CancellationToken cancellationToken)
    {
        var addresses = open.Addresses;
        try
        {
            var news = new HashSet<WorkKey>();
            foreach (var part in addresses.Keys.Chunk(AddressesInOneFilter))
            {
                foreach (var log in await client.GetLogsAsync(new LogFilter(part, [], from, to), cancellationToken))
                {
                    if (addresses.TryGetValue(log.Address, out var application))
                        news.Add(application);
                }
            }

            return news;
        }
        catch (Exception exception) when (exception is EthereumRpcException or EthereumUnreachableException or AbiException)
        {
            LogUnreadable(logger, from, to, exception.Message);
            return [.. addresses.Values.Distinct()];
        }
    }

    [LoggerMessage(
        EventId = 2,
        Message = "The node could not check whether L1 reverted a claim under PRT at block {Block}: {Error} It checks again at the next "
            + "head."
    )]
    private static partial void LogNotWatched(ILogger logger, LogLevel level, ulong block, string error);

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The logs of open tournaments in blocks {From} to {To} could not be read: {Error} The node checks every application with an open "
            + "tournament instead."
    )]
    private static partial void LogUnreadable(ILogger logger, ulong from, ulong to, string error);
}
