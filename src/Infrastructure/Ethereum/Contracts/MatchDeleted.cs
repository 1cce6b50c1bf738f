using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>A match ended.</summary>
/// <param name="IdHash">The match.</param>
/// <param name="One">The commitment that was waiting.</param>
/// <param name="Two">The commitment that was paired with it.</param>
/// <param name="Reason">0 a step on chain, 1 a timeout, 2 a lower tournament.</param>
/// <param name="Winner">0 none, 1 the first, 2 the second.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record MatchDeleted(Hash32 IdHash, Hash32 One, Hash32 Two, byte Reason, byte Winner, LogEntry Log);
