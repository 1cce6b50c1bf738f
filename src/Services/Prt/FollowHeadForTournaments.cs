using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.Messaging;
using Rollups.Transactions;

namespace Rollups.Prt;

/// <summary>
/// Wakes the applications whose tournaments have logs in a new head, and those whose deadline it reaches. One eth_getLogs per head for
/// all of them, none if no tournament is open. A head on another branch than the previous one wakes them all: what they have read may
/// be gone, and no log shows that.
/// </summary>
internal sealed partial class FollowHeadForTournaments(
    IHeadSource heads,
    IEthereumClient client,
    ChainPolicy chain,
    OpenTournaments open,
    IWorkRunner<ResolveTournamentEpochs> runner,
    [FromKeyedServices("prt")] WatchClaims watch,
    ILogger<FollowHeadForTournaments> logger
) : BackgroundService
{
    // Addresses per filter; providers refuse longer lists.
    private const int AddressesInOneFilter = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        BlockHeader? seen = null;
        try
        {
            await foreach (var head in heads.FollowAsync(stoppingToken))
            {
                var from = Math.Min(seen?.Number + 1 ?? head.Number, head.Number);
                var isOtherBranch = seen is not null && open.Applications.Count > 0 && !await FollowsAsync(seen, head, stoppingToken);
                // First: a reverted epoch is not open, and must be checked too.
                var taken = await TakenBackAsync(head.Number, stoppingToken);
                IReadOnlyList<WorkKey> due = isOtherBranch
                    ? [.. open.Applications.Union(taken)]
                    : [.. open.DueAt(head.Number).Union(await WithNewsAsync(from, head.Number, stoppingToken)).Union(taken)];
                seen = head;
                await Task.WhenAll(due.Select(key => runner.WakeAsync(key, WorkTrigger.Event, stoppingToken)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The node stops.
        }
    }

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
            LogNotWatched(logger, block, exception.Message);
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
        2,
        LogLevel.Warning,
        "Whether L1 took back a claim under PRT could not be looked after at block {Block}: {Error} The next head looks again."
    )]
    private static partial void LogNotWatched(ILogger logger, ulong block, string error);

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The tournaments' logs of blocks {From} to {To} could not be read: {Error} Every application with an open tournament is looked at "
            + "instead."
    )]
    private static partial void LogUnreadable(ILogger logger, ulong from, ulong to, string error);
}
