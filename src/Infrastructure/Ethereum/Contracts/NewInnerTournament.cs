using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>A match moved to a tournament one level down.</summary>
/// <param name="MatchIdHash">The match.</param>
/// <param name="Tournament">Tournament that decides it.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record NewInnerTournament(Hash32 MatchIdHash, Address Tournament, LogEntry Log);
