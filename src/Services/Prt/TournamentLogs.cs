using Rollups.Ethereum;

namespace Rollups.Prt;

/// <summary>The event logs of one tournament, decoded.</summary>
/// <param name="Joined">Commitments.</param>
/// <param name="Created">Matches that started.</param>
/// <param name="Advanced">Steps.</param>
/// <param name="Deleted">Matches that ended.</param>
/// <param name="Inner">Tournaments below it.</param>
internal sealed record TournamentLogs(
    IReadOnlyList<CommitmentJoined> Joined,
    IReadOnlyList<MatchCreated> Created,
    IReadOnlyList<MatchAdvanced> Advanced,
    IReadOnlyList<MatchDeleted> Deleted,
    IReadOnlyList<NewInnerTournament> Inner
);
