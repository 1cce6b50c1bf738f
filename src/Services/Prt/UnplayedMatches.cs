using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Rollups.Domain;
using Rollups.Messaging;

namespace Rollups.Prt;

/// <summary>
/// Logs once per match that disputes our commitment: this node does not play matches, so another player must, or the commitment loses
/// when its clock runs out.
/// </summary>
internal sealed partial class UnplayedMatches(ILogger<UnplayedMatches> logger)
{
    private static readonly Counter<long> Matches = Telemetry.Meter.CreateCounter<long>(
        "rollups.prt.unplayed_matches",
        "{match}",
        "Matches against this node's commitment, which it does not play; each needs a dispute player"
    );

    private readonly ConcurrentDictionary<Hash32, bool> _told = new();

    /// <param name="application">The application.</param>
    /// <param name="epoch">Its undecided epoch.</param>
    /// <param name="matches">Unfinished matches of our commitment.</param>
    public void Report(Application application, Epoch epoch, IReadOnlyList<TournamentMatch> matches)
    {
        foreach (var match in matches.Where(match => _told.TryAdd(match.IdHash, true)))
        {
            Matches.Add(1, new KeyValuePair<string, object?>("application", application.Name));
            var other = match.CommitmentOne == epoch.Commitment ? match.CommitmentTwo : match.CommitmentOne;
            LogMatch(logger, application.Name, epoch.Index, epoch.Commitment!.Value, other, match.IdHash, match.TournamentAddress);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Error,
        "{Application}: in the tournament of epoch {Epoch} this node's commitment {Ours} is disputed by {Other} (match {Match} of "
            + "{Tournament}). This node does not bisect: run a dispute player for the application now, or the commitment loses when its "
            + "clock runs out. It claims the win by itself if the other side's clock runs out first."
    )]
    private static partial void LogMatch(
        ILogger logger,
        string application,
        ulong epoch,
        Hash32 ours,
        Hash32 other,
        Hash32 match,
        Address tournament
    );
}
