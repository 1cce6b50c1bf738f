using Rollups.Domain;
using Rollups.Ethereum;

namespace Rollups.Prt;

/// <summary>What the chain says of one tournament beyond what is stored of it.</summary>
/// <param name="Tournament">The tournament with its cursor and result as of now; not stored yet where <paramref name="IsNew"/>.</param>
/// <param name="IsNew">Whether its row is to be inserted.</param>
/// <param name="SearchedBefore">Its stored cursor; the news are void when that has moved meanwhile.</param>
/// <param name="Logs">Its event logs behind the cursor, in chain order.</param>
internal sealed record TournamentNews(Tournament Tournament, bool IsNew, ulong SearchedBefore, TournamentLogs Logs);

/// <summary>The event logs of one tournament, decoded.</summary>
/// <param name="Joined">Commitments.</param>
/// <param name="Created">Matches that began.</param>
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
