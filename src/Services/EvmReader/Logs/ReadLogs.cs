using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Head;

namespace Rollups.EvmReader.Logs;

/// <summary>
/// Fourth stage of a pass: decides from counters and cursors which logs to read, and fetches them, one eth_getLogs per range for all
/// its applications. An application whose counters equal what is stored needs none. A range that the endpoint refuses does not affect
/// the others.
/// </summary>
internal sealed partial class ReadLogs(
    IEthereumClient client,
    ChainPolicy chain,
    ApplicationSight sight,
    IOptions<EvmReaderOptions> options,
    ILogger<ReadLogs> logger
)
{
    /// <summary>Name of these logs where they are reported as missing.</summary>
    public const string InputLogs = "InputAdded logs";

    /// <summary>EpochSealed logs by consensus contract; null if they could not be read.</summary>
    public async Task<ILookup<Address, LogEntry>?> FetchSealsAsync(LogRange range, CancellationToken cancellationToken) =>
        (
            await TryAsync(
                "sealed epochs",
                range,
                range.Applications.Select(app => app.ConsensusAddress),
                DaveConsensusContract.EpochSealedTopic,
                cancellationToken
            )
        )?.ToLookup(log => log.Address);

    /// <summary>OutputExecuted logs by application contract; null if they could not be read.</summary>
    public async Task<ILookup<Address, LogEntry>?> FetchExecutionsAsync(LogRange range, CancellationToken cancellationToken) =>
        (
            await TryAsync(
                "executed outputs",
                range,
                range.Applications.Select(app => app.Address),
                ApplicationContract.OutputExecutedTopic,
                cancellationToken
            )
        )?.ToLookup(log => log.Address);

    /// <summary>InputAdded logs by the topic of the application; null if they could not be read.</summary>
    public async Task<ILookup<Hash32, LogEntry>?> FetchInputsAsync(ObservedHead head, LogRange range, CancellationToken cancellationToken)
    {
        var applications = range.Applications;
        var filter = new LogFilter(
            [applications[0].InputBox],
            [
                [InputBoxContract.InputAddedTopic],
                [.. applications.Select(app => InputBoxContract.ApplicationTopic(app.Address))],
            ],
            range.From,
            range.To
        );
        try
        {
            var logs = await client.GetLogsAsync(filter, cancellationToken);
            foreach (var app in applications)
                sight.Sees(app, InputLogs);
            return logs.Where(log => log.Topics.Count > 1 && IsIn(range, log)).ToLookup(log => log.Topics[1]);
        }
        catch (EthereumUnreachableException exception)
        {
            Miss(applications, head, "unreachable", exception);
            throw;
        }
        catch (EthereumRpcException exception)
        {
            Miss(applications, head, $"error {exception.Code}", exception);
            LogNotRead(logger, "inputs", applications.Count, range.From, range.To, exception.Message);
            return null;
        }
    }

    private async Task<IEnumerable<LogEntry>?> TryAsync(
        string what,
        LogRange range,
        IEnumerable<Address> contracts,
        Hash32 topic,
        CancellationToken cancellationToken
    )
    {
        var filter = new LogFilter(
            [.. contracts],
            [
                [topic],
            ],
            range.From,
            range.To
        );
        try
        {
            return (await client.GetLogsAsync(filter, cancellationToken)).Where(log => IsIn(range, log));
        }
        catch (EthereumRpcException exception)
        {
            LogNotRead(logger, what, range.Members.Count, range.From, range.To, exception.Message);
            return null;
        }
    }

    private static bool IsIn(LogRange range, LogEntry log) => log.BlockNumber >= range.From && log.BlockNumber <= range.To;

    private void Miss(IReadOnlyList<ObservedApplication> applications, ObservedHead head, string cause, Exception exception)
    {
        foreach (var app in applications)
            sight.Misses(app, InputLogs, cause, head.Block, exception.Message);
    }

    [LoggerMessage(
        1,
        LogLevel.Error,
        "The {What} of {Count} applications in blocks {From} to {To} could not be read: {Error} Their cursors stay, and the node reads "
            + "these blocks again at the next head."
    )]
    private static partial void LogNotRead(ILogger logger, string what, int count, ulong from, ulong to, string error);
}
