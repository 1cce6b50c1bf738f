using Rollups.Domain;

namespace Rollups.Prt;

/// <summary>The chain's facts about one tournament that are not stored yet.</summary>
/// <param name="Tournament">The tournament with its current cursor and result; not stored yet if <paramref name="IsNew"/>.</param>
/// <param name="IsNew">Whether its row is to be inserted.</param>
/// <param name="SearchedBefore">Its stored cursor; the news are void if that has moved meanwhile.</param>
/// <param name="Logs">Its event logs after the cursor, in chain order.</param>
internal sealed record TournamentNews(Tournament Tournament, bool IsNew, ulong SearchedBefore, TournamentLogs Logs);
