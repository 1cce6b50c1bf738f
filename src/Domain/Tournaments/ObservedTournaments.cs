namespace Rollups.Domain;

/// <summary>What is stored of an epoch's tournaments, of all levels. Pure.</summary>
/// <param name="Tournaments">The root and those below it.</param>
/// <param name="Commitments">Who joined them.</param>
/// <param name="Matches">Their matches.</param>
public sealed record ObservedTournaments(
    IReadOnlyList<Tournament> Tournaments,
    IReadOnlyList<TournamentCommitment> Commitments,
    IReadOnlyList<TournamentMatch> Matches
)
{
    /// <summary>The tournament that decides the epoch; null before it was looked at.</summary>
    public Tournament? Root => Tournaments.FirstOrDefault(tournament => tournament.Level == 0);

    /// <summary>Our commitment in the root, whoever joined with it.</summary>
    public TournamentCommitment? Ours(Epoch epoch) =>
        Commitments.FirstOrDefault(commitment =>
            commitment.TournamentAddress == epoch.TournamentAddress && commitment.Commitment == epoch.Commitment
        );

    /// <summary>Matches of our commitment in the root that go on.</summary>
    public IReadOnlyList<TournamentMatch> OurMatches(Epoch epoch) =>
        [
            .. Matches.Where(match =>
                match.TournamentAddress == epoch.TournamentAddress
                && match.Deletion == MatchDeletion.NotDeleted
                && (match.CommitmentOne == epoch.Commitment || match.CommitmentTwo == epoch.Commitment)
            ),
        ];

    /// <summary>Every match that goes on, of all levels and whoever plays it.</summary>
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
