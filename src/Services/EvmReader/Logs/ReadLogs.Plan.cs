using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Head;
using Rollups.EvmReader.History;

namespace Rollups.EvmReader.Logs;

internal sealed partial class ReadLogs
{
    private readonly EvmReaderOptions _options = options.Value;

    /// <summary>The EpochSealed logs to read, for PRT applications with a seal that is not stored yet.</summary>
    public IEnumerable<LogRange> PlanSeals(
        ObservedHead head,
        IEnumerable<ObservedApplication> applications,
        IReadOnlyDictionary<int, NextSeal> next
    )
    {
        var behind = new List<UnreadBlocks>();
        foreach (var app in applications)
        {
            if (next.TryGetValue(app.Id, out var seal) && seal.IsOnChain)
                behind.Add(new UnreadBlocks(app, FirstSealBlock(app, seal, head.Block)));
            else if (app.Facts.Sealed is not null)
                app.State.Seals = null;
        }

        return Group(head, behind, app => app.State.Seals!.FirstUnread);
    }

    /// <summary>
    /// The InputAdded logs to read. Short backlogs go first and in groups of their own, so that a long one delays no other application.
    /// Each range is computed when it is its turn, because reading the one before may show how many blocks the endpoint allows.
    /// </summary>
    public IEnumerable<LogRange> PlanInputs(ObservedHead head, IEnumerable<ObservedApplication> applications)
    {
        var behind = new List<UnreadBlocks>();
        foreach (var app in applications)
        {
            if (app.Facts.Inputs is not { } onChain || app.IsKnownFaulty)
                continue;
            if (onChain < app.InputCount)
                LogInputsBelow(logger, app.Name, app.Address, onChain, head.Block, app.InputCount);
            else if (onChain > app.InputCount)
                behind.Add(new UnreadBlocks(app, FirstInputBlock(app)));
        }

        return behind
            .ToLookup(unread => Missing([unread]) > (ulong)_options.MaxInputsPerScan)
            .SelectMany(apps =>
                ScanPlan.Group(apps, unread => unread.Application.InputBox, _options.MaxApplicationsPerCall, _options.MaxBlockSpread)
            )
            .OrderBy(Missing)
            .Select(group => new LogRange(group, LastInputBlock(group, head.Block)));
    }

    /// <summary>The OutputExecuted logs to read.</summary>
    public IEnumerable<LogRange> PlanExecutions(ObservedHead head, IEnumerable<ObservedApplication> applications)
    {
        var behind = new List<UnreadBlocks>();
        foreach (var app in applications)
        {
            if (app.Facts.Executed is not { } onChain)
                continue;
            var recorded = app.State.Executed ?? 0;
            if (onChain == recorded)
                app.State.RestartOutputs();
            else if (onChain < recorded)
                LogExecutionsBelow(logger, app.Name, app.Address, onChain, head.Block, recorded);
            else if (!IsAwaiting(app) && app.State.DivergedAt != onChain)
                behind.Add(new UnreadBlocks(app, FirstExecutionBlock(app)));
        }

        return Group(head, behind, app => app.FirstUnreadOutputBlock);
    }

    // One call accepts any contract addresses, so only the block range determines the groups.
    private IEnumerable<LogRange> Group(
        ObservedHead head,
        IEnumerable<UnreadBlocks> applications,
        Func<ObservedApplication, ulong> firstUnread
    ) =>
        ScanPlan
            .Group(applications, _ => Address.Zero, _options.MaxApplicationsPerCall, _options.MaxBlockSpread)
            .Select(group => new LogRange(group, StepEnd(group.Min(member => firstUnread(member.Application)), head.Block)));

    /// <summary>
    /// Last block of a step. If the endpoint allows few blocks per request, a long range is read in steps, each of which is remembered:
    /// it delays no other application for long, and a failure costs one step.
    /// </summary>
    private ulong StepEnd(ulong unread, ulong to)
    {
        var most = client.BlocksPerStep;
        return to > unread && to - unread >= most ? unread + most - 1 : to;
    }

    /// <summary>
    /// First block to read for the application. Where reorganisations are possible, some blocks are read again, once per backlog
    /// rather than at each of its steps. If they lacked inputs that the counter includes, reads from the newest stored input on, whose
    /// block proves everything before it.
    /// </summary>
    private ulong FirstInputBlock(ObservedApplication app)
    {
        var isInBacklog = app.State.ReadUpTo is not null;
        if (app.State.ReadsFromNewest && !isInBacklog)
            return app.NewestInput?.BlockNumber ?? app.InputBoxBlock;
        var from = app.FirstUnreadBlock;
        return Math.Max(from - (isInBacklog ? 0 : ReadAgain(from)), app.InputBoxBlock);
    }

    private ulong LastInputBlock(List<UnreadBlocks> group, ulong head)
    {
        // The missing inputs are in the unread blocks. A step that began at the blocks read again might end before the unread ones,
        // forever.
        var unread = group.Min(member => member.Application.FirstUnreadBlock);
        var to = ScanPlan.StepEnd(unread, head, Missing(group), _options.MaxInputsPerScan);
        return StepEnd(unread, to);
    }

    /// <summary>
    /// First block to read for the seals. A range that one step covers is read anew; of a longer one only what earlier passes have not
    /// read.
    /// </summary>
    private ulong FirstSealBlock(ObservedApplication app, NextSeal next, ulong head)
    {
        var isLong = head > next.From && head - next.From >= client.BlocksPerStep;
        if (!isLong || app.State.Seals?.ReachBackTo(next.From) != true)
            app.State.Seals = new ReadSeals(next.From);
        var from = app.State.Seals.FirstUnread;
        return Math.Max(from - ReadAgain(from), next.From);
    }

    private ulong FirstExecutionBlock(ObservedApplication app)
    {
        var from = app.FirstUnreadOutputBlock;
        return Math.Max(from - (app.State.OutputsReadUpTo is null ? ReadAgain(from) : 0), app.DeploymentBlock);
    }

    private ulong ReadAgain(ulong from) => chain.IsFinal ? 0 : Math.Min((ulong)_options.ReorganisationBlocks, from);

    private static bool IsAwaiting(ObservedApplication app)
    {
        if (app.State.AwaitedOutput is { } awaited && app.OutputCount <= awaited)
            return true;
        app.State.AwaitedOutput = null;
        return false;
    }

    private static ulong Missing(List<UnreadBlocks> group) =>
        group.Aggregate(0ul, (sum, member) => sum + member.Application.Facts.Inputs!.Value - member.Application.InputCount);

    [LoggerMessage(
        11,
        LogLevel.Error,
        "Application {Name} ({Application}): the InputBox counts {OnChain} inputs at block {Block}, but {Stored} are stored. Its cursor "
            + "stays, and the node checks again at the next head. If this lasts, the endpoint or the database was exchanged."
    )]
    private static partial void LogInputsBelow(ILogger logger, string name, Address application, ulong onChain, ulong block, ulong stored);

    [LoggerMessage(
        12,
        LogLevel.Error,
        "Application {Name} ({Application}): L1 counts {OnChain} executed outputs at block {Block}, but {Recorded} are recorded. Its "
            + "cursor stays, and the node checks again at the next head. If this lasts, the endpoint or the database was exchanged."
    )]
    private static partial void LogExecutionsBelow(
        ILogger logger,
        string name,
        Address application,
        ulong onChain,
        ulong block,
        ulong recorded
    );
}
