using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Prt;

/// <summary>
/// Reports how long matches with both clocks exhausted have blocked an epoch: as a gauge, and in the log at first and each time the
/// duration has doubled.
/// </summary>
internal sealed partial class LapsedMatches(ILogger<LapsedMatches> logger)
{
    private static readonly Gauge<long> Blocked = Telemetry.Meter.CreateGauge<long>(
        "rollups.prt.blocked",
        "{block}",
        "Blocks for which a match that nobody can win any more has held up the epoch that is being decided; 0 where none does"
    );

    // The number of blocks logged last.
    private readonly ConcurrentDictionary<(int Application, Address Tournament, Hash32 Match), ulong> _told = new();

    /// <summary>The matches that can only be eliminated, the longest first.</summary>
    /// <param name="application">The application.</param>
    /// <param name="epoch">Its undecided epoch.</param>
    /// <param name="running">The unfinished matches of the epoch's tournaments.</param>
    /// <param name="head">Block as of which their clocks were read.</param>
    /// <param name="isEliminated">Whether this node eliminates them.</param>
    public IReadOnlyList<RunningMatch> Tell(
        Application application,
        Epoch epoch,
        IReadOnlyList<RunningMatch> running,
        ulong head,
        bool isEliminated
    )
    {
        IReadOnlyList<RunningMatch> lapsed = [.. running.Where(match => match.LapsesAt <= head).OrderBy(match => match.LapsesAt)];
        Blocked.Record(
            lapsed.Count == 0 ? 0 : (long)(head - lapsed[0].LapsesAt!.Value),
            new KeyValuePair<string, object?>("application", application.Name)
        );
        foreach (var match in lapsed)
        {
            var key = (application.Id, match.Match.TournamentAddress, match.Match.IdHash);
            var since = match.LapsesAt!.Value;
            var blocks = head - since;
            if (_told.TryGetValue(key, out var told) && blocks < Math.Max(1, 2 * told))
                continue;
            _told[key] = blocks;
            LogLapsed(
                logger,
                application.Name,
                match.Match.IdHash,
                match.Match.TournamentAddress,
                epoch.Index,
                blocks,
                since,
                isEliminated ? "The node eliminates it." : "This node sends nothing; anybody can end it with eliminateMatchByTimeout."
            );
        }

        return lapsed;
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "{Application}: the match {Match} of the tournament {Tournament} has held up epoch {Epoch} for {Blocks} blocks, since block "
            + "{Since}: both clocks are out, and nobody can win it. {Next}"
    )]
    private static partial void LogLapsed(
        ILogger logger,
        string application,
        Hash32 match,
        Address tournament,
        ulong epoch,
        ulong blocks,
        ulong since,
        string next
    );
}
