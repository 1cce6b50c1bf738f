using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.Messaging;

namespace Rollups.Prt;

/// <summary>
/// Wakes the applications whose tournaments have news in a new head, and those whose deadline it reaches. One eth_getLogs a head for all of them, none where
/// nothing is open.
/// </summary>
internal sealed partial class FollowHeadForTournaments(
    IHeadSource heads, IEthereumClient client, OpenTournaments open, IWorkRunner<DecideEpochs> runner, ILogger<FollowHeadForTournaments> logger) : BackgroundService
{
    // Addresses in one filter; providers refuse longer lists.
    private const int AddressesInOneFilter = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ulong? seen = null;
        try
        {
            await foreach (var head in heads.FollowAsync(stoppingToken))
            {
                var from = seen + 1 ?? head.Number;
                // After a reorganisation the head can be lower: its blocks are looked at again.
                var due = open.DueAt(head.Number).Union(await WithNewsAsync(Math.Min(from, head.Number), head.Number, stoppingToken)).ToList();
                seen = head.Number;
                await Task.WhenAll(due.Select(key => runner.WakeAsync(key, WorkTrigger.Event, stoppingToken)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The node stops.
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

    [LoggerMessage(1, LogLevel.Warning, "The tournaments' logs of blocks {From} to {To} could not be read: {Error} Every application with an open tournament is looked at instead.")]
    private static partial void LogUnreadable(ILogger logger, ulong from, ulong to, string error);
}
