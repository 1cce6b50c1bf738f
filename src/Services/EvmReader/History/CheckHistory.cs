using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Facts;
using Rollups.EvmReader.Head;

namespace Rollups.EvmReader.History;

/// <summary>
/// Third stage of a pass: compares the stored history with L1 before anything more is read. Inputs are compared at every pass where
/// blocks can be replaced; once per term of this reader where they are final, to detect that the database or the endpoint was
/// exchanged. Writes nothing.
/// </summary>
internal sealed partial class CheckHistory(
    IServiceScopeFactory scopes,
    IEthereumClient client,
    ChainPolicy chain,
    ApplicationSight sight,
    ILogger<CheckHistory> logger
)
{
    // The fact reported as missing for an application whose history cannot be checked.
    private const string Block = "Block of the newest input";

    private readonly CheckExecutions _executions = new(scopes, client, chain, logger);
    private readonly CompareHistory _compare = new(scopes, client, logger);
    private readonly ExamineHistory _examine = new(scopes, client, logger);
    private readonly CheckSeals _seals = new(scopes, chain, sight, logger);

    /// <summary>What of the stored history L1 no longer has, and for which applications nothing may be read in this pass.</summary>
    public async Task<HistoryReport> RunAsync(
        ObservedHead head,
        IReadOnlyList<ObservedApplication> applications,
        CancellationToken cancellationToken
    )
    {
        var changes = new List<HistoryChange>();
        IReadOnlySet<ReadBlock> final = new HashSet<ReadBlock>();
        var isWhole = true;
        if (_executions.IsDue(head))
        {
            if (await _executions.RunAsync(head, applications, cancellationToken) is var (reverted, released))
            {
                changes.AddRange(reverted);
                final = released;
            }
            else
                isWhole = false;
        }

        var unproven = applications.Where(app => app.State.IsReplaced).Select(app => app.Id).ToHashSet();
        unproven.UnionWith(changes.Select(change => change.ApplicationId));
        isWhole &= await CheckInputsAsync(head, applications, changes, unproven, cancellationToken);
        var (seals, replaced) = await _seals.RunAsync(head, applications.Where(app => !unproven.Contains(app.Id)), cancellationToken);
        changes.AddRange(replaced);
        unproven.UnionWith(replaced.Select(change => change.ApplicationId));
        isWhole &= applications.All(app => app.Consensus != ConsensusType.Prt || unproven.Contains(app.Id) || seals.ContainsKey(app.Id));
        return new HistoryReport(changes, final, unproven, seals, isWhole && unproven.Count == 0);
    }

    /// <summary>
    /// The applications that still have the stored history after more was read: then the new data belongs to it. All of them where
    /// blocks are final.
    /// </summary>
    public async Task<IReadOnlySet<int>> StillSameAsync(
        IReadOnlyList<ObservedApplication> applications,
        CancellationToken cancellationToken
    )
    {
        if (chain.IsFinal)
            return applications.Select(app => app.Id).ToHashSet();
        var standings = await _compare.RunAsync(applications, cancellationToken);
        return applications
            .Select(app => app.Id)
            .Where(id => standings.GetValueOrDefault(id, HistoryStanding.Same) == HistoryStanding.Same)
            .ToHashSet();
    }

    /// <summary>False if the newest input of an application could not be compared because its block is above the head.</summary>
    private async Task<bool> CheckInputsAsync(
        ObservedHead head,
        IReadOnlyList<ObservedApplication> applications,
        List<HistoryChange> changes,
        HashSet<int> unproven,
        CancellationToken cancellationToken
    )
    {
        var due = applications
            .Where(app => !app.State.IsReplaced && app.LastInput is not null && (!chain.IsFinal || app.NewestInput is null))
            .ToList();
        var standings = await _compare.RunAsync(due, cancellationToken);
        var isWhole = true;
        foreach (var app in due)
        {
            // The endpoint cannot judge a block above the head: either it lags, or L1 became shorter and the block is compared once
            // the chain has grown again.
            if (app.NewestInput is not { } newest || newest.BlockNumber > head.Block)
            {
                isWhole = false;
                continue;
            }

            var standing = standings[app.Id];
            if (standing != HistoryStanding.Unknown)
                sight.Sees(app, Block);
            // A final block that the endpoint does not return was not replaced: the endpoint may have pruned old blocks.
            if (standing == HistoryStanding.Same || (standing == HistoryStanding.Unknown && chain.IsFinal))
                continue;
            unproven.Add(app.Id);
            if (standing == HistoryStanding.Unknown)
                sight.Misses(app, Block, "nothing", head.Block, "the L1 node does not give the block");
            else if (await TryExamineAsync(head, app, cancellationToken) is { } change)
                changes.Add(change);
        }

        return isWhole;
    }

    private async Task<HistoryChange?> TryExamineAsync(ObservedHead head, ObservedApplication app, CancellationToken cancellationToken)
    {
        try
        {
            return await _examine.RunAsync(head, app, cancellationToken);
        }
        catch (Exception exception) when (exception is EthereumRpcException or AbiException or ContractRevertedException)
        {
            LogNotExamined(logger, app.Name, app.Address, exception.Message);
            return null;
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Application {Name} ({Application}): L1 replaced the block of its newest input, and what became of its inputs could not be read: "
            + "{Error} The node reads nothing for it until that is known, and asks again at the next head."
    )]
    private static partial void LogNotExamined(ILogger logger, string name, Address application, string error);
}
