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
    /// <summary>Name of the logs of inputs where they are reported as missing.</summary>
    public const string InputLogs = "InputAdded logs";

    /// <summary>Name of the logs of sealed epochs.</summary>
    public const string SealLogs = "EpochSealed logs";

    /// <summary>Name of the logs of executed outputs.</summary>
    public const string ExecutionLogs = "OutputExecuted logs";

    /// <summary>
    /// Reads EpochSealed logs into the <see cref="ReadingState.Seals"/> of the applications; false if they could not be read.
    /// </summary>
    public async Task<bool> FetchSealsAsync(ObservedHead head, LogRange range, CancellationToken cancellationToken)
    {
        var contracts = range.Applications.Select(app => app.ConsensusAddress).ToList();
        if (
            await TryAsync(
                SealLogs,
                head,
                range,
                contracts,
                [
                    [DaveConsensusContract.EpochSealedTopic],
                ],
                cancellationToken
            )
            is not { } logs
        )
            return false;
        var ofContract = logs.ToLookup(log => log.Address);
        foreach (var (app, from) in range.Members)
        {
            var seals = app.State.Seals!;
            seals.Add(ofContract[app.ConsensusAddress], from);
            // At the head a log may follow its block, so only the contract's state there completes the last step.
            if (range.To != head.Block)
                seals.CompleteStep(range.To);
        }

        return true;
    }

    /// <summary>OutputExecuted logs by application contract; null if they could not be read.</summary>
    public async Task<ILookup<Address, LogEntry>?> FetchExecutionsAsync(
        ObservedHead head,
        LogRange range,
        CancellationToken cancellationToken
    )
    {
        var contracts = range.Applications.Select(app => app.Address).ToList();
        var logs = await TryAsync(
            ExecutionLogs,
            head,
            range,
            contracts,
            [
                [ApplicationContract.OutputExecutedTopic],
            ],
            cancellationToken
        );
        return logs?.ToLookup(log => log.Address);
    }

    /// <summary>InputAdded logs by the topic of the application; null if they could not be read.</summary>
    public async Task<ILookup<Hash32, LogEntry>?> FetchInputsAsync(ObservedHead head, LogRange range, CancellationToken cancellationToken)
    {
        var applications = range.Applications.Select(app => InputBoxContract.ApplicationTopic(app.Address)).ToList();
        var logs = await TryAsync(
            InputLogs,
            head,
            range,
            [range.Members[0].Application.InputBox],
            [
                [InputBoxContract.InputAddedTopic],
                applications,
            ],
            cancellationToken
        );
        return logs?.Where(log => log.Topics.Count > 1).ToLookup(log => log.Topics[1]);
    }

    private async Task<IEnumerable<LogEntry>?> TryAsync(
        string kind,
        ObservedHead head,
        LogRange range,
        IReadOnlyList<Address> contracts,
        IReadOnlyList<IReadOnlyList<Hash32>?> topics,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var logs = await client.GetLogsAsync(new LogFilter(contracts, topics, range.From, range.To), cancellationToken);
            foreach (var app in range.Applications)
                sight.Sees(app, kind);
            return logs.Where(log => IsIn(range, log));
        }
        catch (EthereumUnreachableException exception)
        {
            Miss(kind, head, range, "unreachable", exception);
            throw;
        }
        catch (EthereumRpcException exception)
        {
            Miss(kind, head, range, $"error {exception.Code}", exception);
            LogNotRead(logger, kind, range.Members.Count, range.From, range.To, exception.Message);
            return null;
        }
    }

    private static bool IsIn(LogRange range, LogEntry log) => log.BlockNumber >= range.From && log.BlockNumber <= range.To;

    private void Miss(string kind, ObservedHead head, LogRange range, string cause, Exception exception)
    {
        foreach (var app in range.Applications)
            sight.Misses(app, kind, cause, head.Block, exception.Message);
    }

    [LoggerMessage(
        1,
        LogLevel.Debug,
        "The {Kind} of {Count} applications in blocks {From} to {To} could not be read: {Error} Their cursors stay, and the node reads "
            + "these blocks again at the next head."
    )]
    private static partial void LogNotRead(ILogger logger, string kind, int count, ulong from, ulong to, string error);
}
