using Rollups.Domain;

namespace Rollups.Ethereum;

/// <summary>A step of a match.</summary>
/// <param name="IdHash">The match.</param>
/// <param name="OtherParent">Node of the other side that is now disputed.</param>
/// <param name="LeftNode">Left child of the previously disputed node.</param>
/// <param name="Log">The log it was read from.</param>
public sealed record MatchAdvanced(Hash32 IdHash, Hash32 OtherParent, Hash32 LeftNode, LogEntry Log);
