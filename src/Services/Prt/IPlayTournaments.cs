using Rollups.Domain;

namespace Rollups.Prt;

/// <summary>Takes part in the tournament of an epoch.</summary>
internal interface IPlayTournaments
{
    /// <summary>Whether it sends transactions.</summary>
    bool Sends { get; }

    /// <summary>Joins, settles, ends a match whose time is over, or polls the transaction that does.</summary>
    /// <param name="application">The application, enabled.</param>
    /// <param name="epoch">Its oldest epoch without an answer; its claim is calculated.</param>
    /// <param name="observed">Its stored tournaments.</param>
    /// <param name="matches">Their matches as of the newest block.</param>
    /// <param name="top">Number of the block at the configured tag.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    Task<Play> PlayAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        MatchesNow matches,
        ulong top,
        CancellationToken cancellationToken
    );

    /// <summary>Polls transactions of answered epochs; true while one is pending.</summary>
    Task<bool> FinishAsync(Application application, IReadOnlyList<Epoch> answered, ulong top, CancellationToken cancellationToken);

    /// <summary>After a won epoch: checks that the bond was refunded, and requests it if not.</summary>
    Task RecoverBondAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        ulong top,
        CancellationToken cancellationToken
    );
}
