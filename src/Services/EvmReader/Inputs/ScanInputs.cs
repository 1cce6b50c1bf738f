using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Chain;
using Rollups.EvmReader.Epochs;
using Rollups.EvmReader.History;
using Rollups.Persistence;

namespace Rollups.EvmReader.Inputs;

/// <summary>
/// Fetches and stores the inputs that are missing according to the counters, and closes epochs that ended without a new input. A fault
/// or failure of one application, or of one eth_getLogs, does not affect the others.
/// </summary>
internal sealed partial class ScanInputs(
    IServiceScopeFactory scopes,
    IEthereumClient client,
    ReadSeals readSeals,
    StoreInputs store,
    CheckHistory history,
    ChainPolicy chain,
    ReaderCache memory,
    ReaderSight sight,
    IOptions<EvmReaderOptions> options,
    ILogger<ScanInputs> logger
)
{
    // The fact reported as missing for an application whose logs cannot be read.
    private const string Logs = "InputAdded logs";

    private readonly EvmReaderOptions _options = options.Value;

    public async Task<PassResult> RunAsync(ObservedHead head, CancellationToken cancellationToken)
    {
        var result = new Tally();
        var behind = new List<ObservedApplication>();
        var toClose = await FindEpochsToCloseAsync(head.Block, cancellationToken);
        var seals = await readSeals.RunAsync(head, cancellationToken);
        foreach (var app in head.Applications)
        {
            var facts = head.Facts[app.Id];
            // Without the seals it is unknown which epoch an input belongs to.
            if (
                facts.Inputs is not { } onChain
                || memory.IsKnownFaulty(app.Id, onChain)
                || (app.Consensus == ConsensusType.Prt && !seals.ContainsKey(app.Id))
            )
                continue;
            if (onChain < app.InputCount)
                LogCounterBelow(logger, app.Name, app.Address, onChain, head.Block, app.InputCount);
            else if (onChain > app.InputCount)
                behind.Add(app);
            else if (toClose.Contains(app.Id) || seals.GetValueOrDefault(app.Id, FoundSeals.None).Seals.Count > 0)
                await TryAsync(
                    app,
                    () =>
                        StoreAsync(
                            head.Lease,
                            app,
                            new([], [], null),
                            SealsOf(app, seals),
                            onChain,
                            head.Block,
                            reachesHead: true,
                            result,
                            cancellationToken
                        )
                );
        }

        // Short backlogs go first and in groups of their own, so that a long one delays no other application.
        var groups = behind
            .ToLookup(app => Missing([app], head) > (ulong)_options.MaxInputsPerScan)
            .SelectMany(apps => ScanPlan.Group(apps, app => app.InputBox, From, _options.MaxApplicationsPerCall, _options.MaxBlockSpread));
        foreach (var group in groups.OrderBy(group => Missing(group, head)))
            await ScanAsync(group, head, seals, result, cancellationToken);
        return new PassResult(result.Done, result.MoreDue);
    }

    private async Task<HashSet<int>> FindEpochsToCloseAsync(ulong head, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await ObservedApplications.WithEpochToCloseAsync(
            scope.ServiceProvider.GetRequiredService<RollupsDbContext>(),
            head,
            cancellationToken
        );
    }

    private async Task ScanAsync(
        List<ObservedApplication> group,
        ObservedHead head,
        IReadOnlyDictionary<int, FoundSeals> seals,
        Tally result,
        CancellationToken cancellationToken
    )
    {
        var from = group.Min(From);
        // The missing inputs are in the unread blocks. A step that began at the blocks read again might end before the unread ones,
        // forever.
        var unread = group.Min(memory.FirstUnreadBlock);
        var to = ScanPlan.StepEnd(unread, head.Block, Missing(group, head), _options.MaxInputsPerScan);
        // If the endpoint allows few blocks per request, a long backlog is also read in steps, each of which is remembered.
        if (to > unread && to - unread >= client.BlocksPerStep)
            to = unread + client.BlocksPerStep - 1;
        ILookup<Hash32, LogEntry> logs;
        try
        {
            var topics = group.Select(app => InputBoxContract.ApplicationTopic(app.Address)).ToList();
            var fetched = await client.GetLogsAsync(
                new LogFilter(
                    [group[0].InputBox],
                    [
                        [InputBoxContract.InputAddedTopic],
                        topics,
                    ],
                    from,
                    to
                ),
                cancellationToken
            );
            logs = fetched
                .Where(log => log.Topics.Count > 1 && log.BlockNumber >= from && log.BlockNumber <= to)
                .ToLookup(log => log.Topics[1]);
        }
        catch (EthereumUnreachableException exception)
        {
            Miss(group, head, "unreachable", exception);
            throw;
        }
        catch (EthereumRpcException exception)
        {
            Miss(group, head, $"error {exception.Code}", exception);
            LogScanFailed(logger, group[0].InputBox, group.Count, from, to, exception.Message);
            return;
        }

        foreach (var app in group)
            sight.Sees(app, Logs);
        var same = await history.StillSameAsync(group, cancellationToken);
        foreach (var app in group.Where(app => same.Contains(app.Id)))
            await TryAsync(
                app,
                () =>
                    TakeAsync(
                        app,
                        logs[InputBoxContract.ApplicationTopic(app.Address)],
                        SealsOf(app, seals),
                        head,
                        to,
                        result,
                        cancellationToken
                    )
            );
    }

    private void Miss(List<ObservedApplication> group, ObservedHead head, string cause, Exception exception)
    {
        foreach (var app in group)
            sight.Misses(app, Logs, cause, head.Block, exception.Message);
    }

    private async Task TakeAsync(
        ObservedApplication app,
        IEnumerable<LogEntry> logs,
        FoundSeals seals,
        ObservedHead head,
        ulong to,
        Tally result,
        CancellationToken cancellationToken
    )
    {
        var onChain = head.Facts[app.Id].Inputs!.Value;
        var from = From(app);
        var found = FetchedInputs.Check(logs.Where(log => log.BlockNumber >= from), app.InputCount, onChain, to == head.Block);
        if (found.Problem is { } problem)
        {
            memory.ForgetReading(app.Id);
            if (!chain.IsFinal && memory.ReadFromNewest(app.Id))
                result.MoreDue = true;
            else
                LogIncomplete(logger, app.Name, app.Address, from, to, problem);
            return;
        }

        if (to == head.Block || found.New.Count > 0)
            await StoreAsync(head.Lease, app, found, seals, onChain, to, to == head.Block, result, cancellationToken);
        if (to == head.Block)
        {
            memory.ForgetReading(app.Id);
            memory.ReadFromCursor(app.Id);
            return;
        }

        // Nothing proves yet that an empty range is empty, so only memory records that it was read; the counter at the head is the
        // proof.
        memory.ReadUpTo(app.Id, to);
        result.MoreDue = true;
    }

    /// <summary>Stores in transactions of bounded size.</summary>
    private async Task StoreAsync(
        ILease reader,
        ObservedApplication app,
        FetchedInputs found,
        FoundSeals seals,
        ulong onChain,
        ulong to,
        bool reachesHead,
        Tally result,
        CancellationToken cancellationToken
    )
    {
        var stored = app.InputCount;
        var known = found.Known;
        var chunks =
            found.New.Count == 0
                ?
                [
                    [],
                ]
                : found.New.Chunk(_options.MaxInputsPerTransaction).ToArray();
        for (var i = 0; i < chunks.Length; i++)
        {
            var chunk = chunks[i];
            // Indexes without gaps prove every block before the last one read; the last block itself may hold more inputs.
            var scanEnd = reachesHead && i == chunks.Length - 1 ? to : chunk[^1].Log.BlockNumber - 1;
            var outcome = await store.StoreAsync(new InputBatch(reader, app.Id, stored, known, chunk, scanEnd, seals), cancellationToken);
            if (outcome == StoreOutcome.Faulty)
                memory.RememberFault(app.Id, onChain);
            if (outcome != StoreOutcome.Stored)
                return;
            stored += (ulong)chunk.Length;
            known = [];
            result.Done++;
            ReaderMetrics.Stored(chunk.Length);
            if (chunk.Length > 0)
                memory.RememberNewestInput(app.Id, new NewestInput(chunk[^1].Index, chunk[^1].Log.BlockNumber, chunk[^1].Log.BlockHash));
        }
    }

    private static FoundSeals SealsOf(ObservedApplication app, IReadOnlyDictionary<int, FoundSeals> seals) =>
        seals.GetValueOrDefault(app.Id, FoundSeals.None);

    private async Task TryAsync(ObservedApplication app, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or EthereumUnreachableException))
        {
            LogFailed(logger, exception, app.Name, app.Address);
        }
    }

    /// <summary>
    /// First block to read for the application. Where reorganisations are possible, some blocks are read again, once per backlog
    /// rather than at each of its steps. If they lacked inputs that the counter includes, reads from the newest stored input on, whose
    /// block proves everything before it.
    /// </summary>
    private ulong From(ObservedApplication app)
    {
        if (memory.ReadsFromNewest(app.Id) && !memory.IsReading(app.Id))
            return memory.NewestInput(app)?.BlockNumber ?? app.InputBoxBlock;
        var from = memory.FirstUnreadBlock(app);
        var again = chain.IsFinal || memory.IsReading(app.Id) ? 0 : Math.Min((ulong)_options.ReorganisationBlocks, from);
        return Math.Max(from - again, app.InputBoxBlock);
    }

    private static ulong Missing(List<ObservedApplication> group, ObservedHead head) =>
        group.Aggregate(0ul, (sum, app) => sum + head.Facts[app.Id].Inputs!.Value - app.InputCount);

    private sealed class Tally
    {
        public int Done { get; set; }

        public bool MoreDue { get; set; }
    }

    [LoggerMessage(
        1,
        LogLevel.Error,
        "Application {Name} ({Application}): the InputBox counts {OnChain} inputs at block {Block}, but {Stored} are stored. Its cursor "
            + "stays; it is looked at again at the next head. If this lasts, the endpoint or the database was exchanged."
    )]
    private static partial void LogCounterBelow(
        ILogger logger,
        string name,
        Address application,
        ulong onChain,
        ulong block,
        ulong stored
    );

    [LoggerMessage(
        2,
        LogLevel.Error,
        "The logs of InputBox {InputBox} for {Count} applications, blocks {From} to {To}, could not be read: {Error} Their cursors stay; "
            + "the next head reads again."
    )]
    private static partial void LogScanFailed(ILogger logger, Address inputBox, int count, ulong from, ulong to, string error);

    [LoggerMessage(
        3,
        LogLevel.Error,
        "Application {Name} ({Application}), blocks {From} to {To}: {Problem}. Nothing is stored and its cursor stays; the next head reads "
            + "again."
    )]
    private static partial void LogIncomplete(ILogger logger, string name, Address application, ulong from, ulong to, string problem);

    [LoggerMessage(
        4,
        LogLevel.Error,
        "The inputs of application {Name} ({Application}) could not be stored. Its cursor stays; the next head reads again."
    )]
    private static partial void LogFailed(ILogger logger, Exception exception, string name, Address application);
}
