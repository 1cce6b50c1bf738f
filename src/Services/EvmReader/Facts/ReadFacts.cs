using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollups.Ethereum;
using Rollups.EvmReader.Head;
using Rollups.Persistence;

namespace Rollups.EvmReader.Facts;

/// <summary>
/// Second stage of a pass: loads the registered applications, in a fixed number of queries, and reads their counters on L1 at the head,
/// in few requests.
/// </summary>
internal sealed partial class ReadFacts(
    IServiceScopeFactory scopes,
    IEthereumClient client,
    ChainPolicy chain,
    ReadingStates states,
    ApplicationSight sight,
    ILogger<ReadFacts> logger
)
{
    private readonly AskContracts _contracts = new(client, sight, logger);

    /// <summary>
    /// All applications that are observed. Those that are not read at this head, because it is before their cursors or because their
    /// history is gone, come without facts.
    /// </summary>
    public async Task<IReadOnlyList<ObservedApplication>> RunAsync(ObservedHead head, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<RollupsDbContext>();
        var all = states.Assign(await RegisteredApplications.LoadAsync(db, cancellationToken));
        var followed = all.Where(app => !app.State.IsReplaced).ToList();
        WarnOfLaggingHead([.. followed.Where(app => app.IsAheadOf(head.Block))], head.Block);
        var readable = followed.Where(app => app.IsReadableAt(head.Block)).ToList();
        if (readable.Count == 0)
            return all;
        var ended = await RegisteredApplications.WithEpochToCloseAsync(db, head.Block, cancellationToken);
        await CountExecutedAsync(db, readable, cancellationToken);
        var facts = await _contracts.RunAsync(readable, head.Header, cancellationToken);
        return [.. all.Select(app => app with { Facts = facts.GetValueOrDefault(app.Id), HasEpochToClose = ended.Contains(app.Id) })];
    }

    /// <summary>One query for all applications whose number is not yet remembered in this term.</summary>
    private static async Task CountExecutedAsync(
        RollupsDbContext db,
        List<ObservedApplication> applications,
        CancellationToken cancellationToken
    )
    {
        var unknown = applications.Where(app => app.OutputCount > 0 && app.State.Executed is null).ToList();
        if (unknown.Count == 0)
            return;
        var counts = await RegisteredApplications.CountExecutedAsync(db, [.. unknown.Select(app => app.Id)], cancellationToken);
        foreach (var app in unknown)
            app.State.Executed = counts.GetValueOrDefault(app.Id);
    }

    private void WarnOfLaggingHead(List<ObservedApplication> ahead, ulong block)
    {
        if (ahead.Count > 0)
            LogHeadBehind(logger, chain.Tag, block, ahead.Count, ahead[0].Name, Math.Max(ahead[0].InputCursor, ahead[0].OutputCursor));
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The {Tag} block of the L1 node is {Block}, behind what {Count} applications have read already ({Name}: {Cursor}). The node reads "
            + "nothing for them until L1 has caught up."
    )]
    private static partial void LogHeadBehind(ILogger logger, BlockTag tag, ulong block, int count, string name, ulong cursor);
}
