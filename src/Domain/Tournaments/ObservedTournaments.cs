namespace Rollups.Domain;

/// <summary>The stored data of an epoch's tournaments, of all levels. Pure.</summary>
/// <param name="Tournaments">The root and those below it.</param>
/// <param name="Commitments">The commitments that joined them.</param>
/// <param name="Matches">Their matches.</param>
public sealed record ObservedTournaments(
    IReadOnlyList<Tournament> Tournaments,
    IReadOnlyList<TournamentCommitment> Commitments,
    IReadOnlyList<TournamentMatch> Matches
)
{
    /// <summary>The tournament that decides the epoch; null until it is first read.</summary>
    public Tournament? Root => Tournaments.FirstOrDefault(tournament => tournament.Level == 0);

    /// <summary>Our commitment in the root, regardless of who submitted it.</summary>
    public TournamentCommitment? Ours(Epoch epoch) =>
        Commitments.FirstOrDefault(commitment =>
            commitment.TournamentAddress == epoch.TournamentAddress && commitment.Commitment == epoch.Commitment
        );

    /// <summary>Running matches of our commitment in the root.</summary>
    public IReadOnlyList<TournamentMatch> OurMatches(Epoch epoch) =>
        [
            .. Matches.Where(match =>
                match.TournamentAddress == epoch.TournamentAddress
                && match.Deletion == MatchDeletion.NotDeleted
                && (match.CommitmentOne == epoch.Commitment || match.CommitmentTwo == epoch.Commitment)
            ),
        ];

    /// <summary>All running matches, of all levels and players.</summary>
    public IReadOnlyList<TournamentMatch> Running
    {
        get
        {
            var open = Open.ToHashSet();
            return [.. Matches.Where(match => match.Deletion == MatchDeletion.NotDeleted && open.Contains(match.TournamentAddress))];
        }
    }

    /// <summary>Tournaments whose logs can still grow.</summary>
    public IReadOnlyList<Address> Open =>
        [.. Tournaments.Where(tournament => tournament.FinishedAtBlock is null).Select(tournament => tournament.Address)];
}
