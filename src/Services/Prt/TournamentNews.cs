using Rollups.Domain;

namespace Rollups.Prt;

/// <summary>What the chain says of one tournament beyond what is stored of it.</summary>
/// <param name="Tournament">The tournament with its cursor and result as of now; not stored yet where <paramref name="IsNew"/>.</param>
/// <param name="IsNew">Whether its row is to be inserted.</param>
/// <param name="SearchedBefore">Its stored cursor; the news are void when that has moved meanwhile.</param>
/// <param name="Logs">Its event logs behind the cursor, in chain order.</param>
internal sealed record TournamentNews(Tournament Tournament, bool IsNew, ulong SearchedBefore, TournamentLogs Logs);
