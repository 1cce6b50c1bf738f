using Rollups.Domain;

namespace Rollups.Prt;

/// <summary>Takes part in the tournament of an epoch.</summary>
internal interface IPlayTournaments
{
    /// <summary>Joins, settles, ends a match whose time is over, or looks after the transaction that does.</summary>
    /// <param name="application">The application, enabled.</param>
    /// <param name="epoch">Its oldest epoch without an answer; its claim is calculated.</param>
    /// <param name="observed">What is stored of its tournaments.</param>
    /// <param name="top">Number of the block at the configured tag.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    Task<Play> PlayAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        ulong top,
        CancellationToken cancellationToken
    );

    /// <summary>Looks after transactions of epochs that have their answer; true while one is on its way.</summary>
    Task<bool> FinishAsync(Application application, IReadOnlyList<Epoch> answered, ulong top, CancellationToken cancellationToken);

    /// <summary>After a won epoch: sees that the bond came back, and asks for it where it did not.</summary>
    Task RecoverBondAsync(
        Application application,
        Epoch epoch,
        ObservedTournaments observed,
        ulong top,
        CancellationToken cancellationToken
    );
}
