using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Ethereum;
using Rollups.EvmReader.Chain;
using Rollups.EvmReader.Inputs;
using Rollups.Persistence;

namespace Rollups.EvmReader.History;

/// <summary>
/// Compares the stored history with L1 before anything more is read: at every pass where blocks can be replaced; once per term of this
/// reader where they are final, to detect that the database or the endpoint was exchanged.
/// </summary>
internal sealed partial class CheckHistory(
    CompareHistory compare,
    ExamineHistory examine,
    ChainPolicy chain,
    ReaderCache memory,
    ReaderSight sight,
    ILogger<CheckHistory> logger
)
{
    // The fact reported as missing for an application whose history cannot be checked.
    private const string Block = "Block of the newest input";

    /// <summary>
    /// Examines the applications whose history no longer matches L1. Nothing may be read in this pass for those in the result.
    /// </summary>
    public async Task<ReplacedHistory> RunAsync(
        ILease reader,
        IReadOnlyCollection<ObservedApplication> applications,
        BlockHeader head,
        CancellationToken cancellationToken
    )
    {
        var left = applications.Where(app => memory.IsReplaced(app.Id)).Select(app => app.Id).ToHashSet();
        var due = applications
            .Where(app => !left.Contains(app.Id) && app.LastInput is not null && (!chain.IsFinal || memory.NewestInput(app) is null))
            .ToList();
        var written = 0;
        foreach (var (app, standing) in await StandingsAsync(due, head, cancellationToken))
        {
            if (standing != HistoryStanding.Unknown)
                sight.Sees(app, Block);
            if (standing == HistoryStanding.Same)
                continue;
            // A final block that the endpoint does not return was not replaced: the endpoint may have pruned old blocks.
            if (standing == HistoryStanding.Unknown && chain.IsFinal)
                continue;
            left.Add(app.Id);
            if (standing == HistoryStanding.Unknown)
                sight.Misses(app, Block, "nothing", head.Number, "the L1 node does not give the block");
            if (standing == HistoryStanding.Replaced && await TryExamineAsync(reader, app, head, cancellationToken))
                written++;
        }

        return new ReplacedHistory(left, written);
    }

    /// <summary>
    /// Which applications still have the stored history after more was read: then the new data belongs to it. All of them where blocks
    /// are final.
    /// </summary>
    public async Task<IReadOnlySet<int>> StillSameAsync(
        IReadOnlyCollection<ObservedApplication> applications,
        CancellationToken cancellationToken
    )
    {
        if (chain.IsFinal)
            return applications.Select(app => app.Id).ToHashSet();
        var standings = await compare.RunAsync(applications, cancellationToken);
        return applications
            .Where(app => standings.GetValueOrDefault(app.Id, HistoryStanding.Same) == HistoryStanding.Same)
            .Select(app => app.Id)
            .ToHashSet();
    }

    private async Task<IEnumerable<(ObservedApplication Application, HistoryStanding Standing)>> StandingsAsync(
        List<ObservedApplication> applications,
        BlockHeader head,
        CancellationToken cancellationToken
    )
    {
        var standings = await compare.RunAsync(applications, cancellationToken);
        // The endpoint cannot judge a block above the head: either it lags, or L1 became shorter and the block is compared once the
        // chain has grown again.
        return applications
            .Where(app => memory.NewestInput(app) is { } newest && newest.BlockNumber <= head.Number && standings.ContainsKey(app.Id))
            .Select(app => (app, standings[app.Id]));
    }

    private async Task<bool> TryExamineAsync(ILease reader, ObservedApplication app, BlockHeader head, CancellationToken cancellationToken)
    {
        try
        {
            return await examine.RunAsync(reader, app, head, cancellationToken);
        }
        catch (Exception exception) when (exception is EthereumRpcException or AbiException or ContractRevertedException)
        {
            LogNotExamined(logger, app.Name, app.Address, exception.Message);
            return false;
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Application {Name} ({Application}): the block of its newest input is another one on L1 now, but what became of its inputs could "
            + "not be read: {Error} Nothing is read for it until that is known; the next head asks again."
    )]
    private static partial void LogNotExamined(ILogger logger, string name, Address application, string error);
}

/// <summary>Applications whose stored history does not, or does not certainly, match L1.</summary>
/// <param name="Applications">Their keys.</param>
/// <param name="Written">Number of transactions that recorded the result for an application.</param>
internal sealed record ReplacedHistory(IReadOnlySet<int> Applications, int Written);
