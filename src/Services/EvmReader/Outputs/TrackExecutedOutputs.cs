using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Inputs;
using Rollups.Persistence;

namespace Rollups.EvmReader.Outputs;

/// <summary>
/// Records which outputs were executed on L1, by any sender. Nothing is read for an application whose counter equals the recorded
/// number.
/// </summary>
internal sealed partial class TrackExecutedOutputs(
    IServiceScopeFactory scopes,
    IEthereumClient client,
    StoreExecutions store,
    ChainPolicy chain,
    ReaderCache memory,
    IOptions<EvmReaderOptions> options,
    ILogger<TrackExecutedOutputs> logger
)
{
    private readonly EvmReaderOptions _options = options.Value;

    public async Task<PassResult> RunAsync(ObservedHead head, CancellationToken cancellationToken)
    {
        await LoadExecutedAsync(cancellationToken);
        var behind = new List<ObservedApplication>();
        foreach (var app in head.Applications)
        {
            if (head.Facts[app.Id].Executed is not { } onChain)
                continue;
            var recorded = memory.Executed.GetValueOrDefault(app.Id);
            if (onChain < recorded)
                LogCounterBelow(logger, app.Name, app.Address, onChain, head.Block, recorded);
            else if (onChain > recorded && !IsAwaiting(app) && memory.DivergedAt.GetValueOrDefault(app.Id) != onChain)
                behind.Add(app);
        }

        var done = 0;
        // One call accepts any contract addresses, so only the block range determines the groups.
        foreach (var group in ScanPlan.Group(behind, _ => Address.Zero, From, _options.MaxApplicationsPerCall, _options.MaxBlockSpread))
            done += await ScanAsync(group, head, cancellationToken);
        return new PassResult(done, false);
    }

    private bool IsAwaiting(ObservedApplication app)
    {
        if (memory.AwaitedOutputs.TryGetValue(app.Id, out var awaited) && app.OutputCount <= awaited)
            return true;
        memory.AwaitedOutputs.Remove(app.Id);
        return false;
    }

    private async Task LoadExecutedAsync(CancellationToken cancellationToken)
    {
        if (memory.ExecutedIsLoaded)
            return;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var counts = await db
            .Outputs.Where(output => output.ExecutionTransactionHash != null)
            .GroupBy(output => output.ApplicationId)
            .Select(outputs => new { Id = outputs.Key, Count = outputs.LongCount() })
            .ToListAsync(cancellationToken);
        foreach (var count in counts)
            memory.Executed[count.Id] = (ulong)count.Count;
        memory.ExecutedIsLoaded = true;
    }

    private async Task<int> ScanAsync(List<ObservedApplication> group, ObservedHead head, CancellationToken cancellationToken)
    {
        var from = group.Min(From);
        ILookup<Address, LogEntry> logs;
        try
        {
            var fetched = await client.GetLogsAsync(
                new LogFilter(
                    [.. group.Select(app => app.Address)],
                    [
                        [ApplicationContract.OutputExecutedTopic],
                    ],
                    from,
                    head.Block
                ),
                cancellationToken
            );
            logs = fetched.Where(log => log.BlockNumber >= from && log.BlockNumber <= head.Block).ToLookup(log => log.Address);
        }
        catch (EthereumRpcException exception)
        {
            LogScanFailed(logger, group.Count, from, head.Block, exception.Message);
            return 0;
        }

        var done = 0;
        foreach (var app in group)
        {
            try
            {
                done += await TakeAsync(app, logs[app.Address], head, cancellationToken);
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or EthereumUnreachableException))
            {
                LogFailed(logger, exception, app.Name, app.Address);
            }
        }

        return done;
    }

    private async Task<int> TakeAsync(
        ObservedApplication app,
        IEnumerable<LogEntry> logs,
        ObservedHead head,
        CancellationToken cancellationToken
    )
    {
        var onChain = head.Facts[app.Id].Executed!.Value;
        var from = From(app);
        var events = logs.Where(log => log.BlockNumber >= from)
            .OrderBy(log => log.BlockNumber)
            .ThenBy(log => log.LogIndex)
            .Select(ApplicationContract.DecodeOutputExecuted)
            .ToList();
        var done = 0;
        foreach (var chunk in events.Chunk(_options.MaxInputsPerTransaction))
        {
            var isLast = ReferenceEquals(chunk[^1], events[^1]);
            var outcome = await store.StoreAsync(
                new ExecutionBatch(head.Lease, app, chunk, isLast ? head.Block : 0, onChain - memory.Executed.GetValueOrDefault(app.Id)),
                cancellationToken
            );
            memory.Executed[app.Id] = memory.Executed.GetValueOrDefault(app.Id) + (ulong)outcome.Added;
            ReaderMetrics.Executed(outcome.Added);
            done += outcome.Added > 0 || outcome.Diverged ? 1 : 0;
            if (outcome.Diverged)
                memory.DivergedAt[app.Id] = onChain;
            if (outcome.Awaited is { } awaited)
            {
                memory.AwaitedOutputs[app.Id] = awaited;
                LogAwaited(logger, app.Name, app.Address, awaited);
            }

            if (outcome.Diverged || outcome.Awaited is not null)
                return done;
        }

        if (memory.Executed.GetValueOrDefault(app.Id) != onChain)
            LogIncomplete(logger, app.Name, app.Address, onChain, head.Block, memory.Executed.GetValueOrDefault(app.Id));
        return done;
    }

    private ulong From(ObservedApplication app)
    {
        var again = chain.IsFinal ? 0 : Math.Min((ulong)_options.ReorganisationBlocks, app.FirstUnreadOutputBlock);
        return Math.Max(app.FirstUnreadOutputBlock - again, app.DeploymentBlock);
    }

    [LoggerMessage(
        1,
        LogLevel.Error,
        "Application {Name} ({Application}): L1 counts {OnChain} executed outputs at block {Block}, but {Recorded} are recorded. Its "
            + "cursor stays; it is looked at again at the next head. If this lasts, the endpoint or the database was exchanged."
    )]
    private static partial void LogCounterBelow(
        ILogger logger,
        string name,
        Address application,
        ulong onChain,
        ulong block,
        ulong recorded
    );

    [LoggerMessage(
        2,
        LogLevel.Error,
        "The executed outputs of {Count} applications, blocks {From} to {To}, could not be read: {Error} Their cursors stay; the next head "
            + "reads again."
    )]
    private static partial void LogScanFailed(ILogger logger, int count, ulong from, ulong to, string error);

    [LoggerMessage(
        3,
        LogLevel.Error,
        "The executed outputs of application {Name} ({Application}) could not be recorded. Its cursor stays; the next head reads again."
    )]
    private static partial void LogFailed(ILogger logger, Exception exception, string name, Address application);

    [LoggerMessage(
        4,
        LogLevel.Information,
        "Application {Name} ({Application}): output {Index} was executed on L1, but the machine here has not made it yet. It is recorded "
            + "as soon as it has."
    )]
    private static partial void LogAwaited(ILogger logger, string name, Address application, ulong index);

    [LoggerMessage(
        5,
        LogLevel.Error,
        "Application {Name} ({Application}): L1 counts {OnChain} executed outputs at block {Block}, but after reading the logs {Recorded} "
            + "are recorded. It is read again at the next head."
    )]
    private static partial void LogIncomplete(
        ILogger logger,
        string name,
        Address application,
        ulong onChain,
        ulong block,
        ulong recorded
    );
}
