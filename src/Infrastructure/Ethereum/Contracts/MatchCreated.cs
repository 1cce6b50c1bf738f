using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>Two commitments were paired.</summary>
/// <param name="IdHash">keccak256(one ++ two).</param>
/// <param name="One">The commitment that was waiting.</param>
/// <param name="Two">The commitment that was paired with it.</param>
/// <param name="LeftOfTwo">Left child of the second.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record MatchCreated(Hash32 IdHash, Hash32 One, Hash32 Two, Hash32 LeftOfTwo, LogEntry Log);
