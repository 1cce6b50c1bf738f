using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Prt;

/// <summary>
/// Reports how long matches that nobody can win any more have blocked an epoch: as a gauge, and in the log at first and each time the
/// duration has doubled. The gauge falls to 0 when the match or the epoch has ended, or the application has stopped.
/// </summary>
internal sealed partial class LapsedMatches(ILogger<LapsedMatches> logger)
{
    private static readonly Gauge<long> Blocked = Telemetry.Meter.CreateGauge<long>(
        "rollups.prt.blocked",
        "{block}",
        "Blocks for which a match that nobody can win any more has held up the epoch that is being decided; 0 where none does"
    );

    // Applications whose epoch a match holds up or has held up, with the number of blocks logged last for each match.
    private readonly ConcurrentDictionary<Address, Blockade> _blocked = new();

    /// <summary>Reports the matches that hold up the epoch; none: nothing does.</summary>
    /// <param name="application">The application.</param>
    /// <param name="epoch">Its undecided epoch.</param>
    /// <param name="lapsed">The matches that can only be eliminated, the longest first.</param>
    /// <param name="head">Block as of which they were read.</param>
    /// <param name="isEliminated">Whether this node eliminates them.</param>
    public void Report(Application application, Epoch epoch, IReadOnlyList<RunningMatch> lapsed, ulong head, bool isEliminated)
    {
        Record(application.Name, lapsed.Count == 0 ? 0 : (long)(head - lapsed[0].LapsesAt!.Value));
        if (lapsed.Count == 0)
            return;
        var blockade = _blocked.GetOrAdd(application.Address, _ => new Blockade(application.Name, new()));
        foreach (var match in lapsed)
        {
            var key = (match.Match.TournamentAddress, match.Match.IdHash);
            var since = match.LapsesAt!.Value;
            var blocks = head - since;
            if (blockade.Told.TryGetValue(key, out var told) && blocks < Math.Max(1, 2 * told))
                continue;
            blockade.Told[key] = blocks;
            LogLapsed(
                logger,
                application.Name,
                match.Match.IdHash,
                match.Match.TournamentAddress,
                epoch.Index,
                blocks,
                since,
                match.Inner is { } inner
                    ? $"the tournament {inner.Address} one level down ended, and its result can win nothing any more"
                    : "both clocks are out, and nobody can win it",
                isEliminated
                    ? "The node eliminates it."
                    : $"This node does not eliminate it; anybody can, with "
                        + $"{(match.Inner is null ? "eliminateMatchByTimeout" : "eliminateInnerTournament")}."
            );
        }
    }

    /// <summary>The application has no epoch that a match could hold up: it was decided, or the application stopped.</summary>
    public void Release(Address application)
    {
        if (_blocked.TryRemove(application, out var blockade))
            Record(blockade.Name, 0);
    }

    private static void Record(string application, long blocks) =>
        Blocked.Record(blocks, new KeyValuePair<string, object?>("application", application));

    private sealed record Blockade(string Name, ConcurrentDictionary<(Address Tournament, Hash32 Match), ulong> Told);

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "{Application}: the match {Match} of the tournament {Tournament} has held up epoch {Epoch} for {Blocks} blocks, since block "
            + "{Since}: {Why}. {Next}"
    )]
    private static partial void LogLapsed(
        ILogger logger,
        string application,
        Hash32 match,
        Address tournament,
        ulong epoch,
        ulong blocks,
        ulong since,
        string why,
        string next
    );
}
