namespace Rollups.Domain;

/// <summary>The number and hash of a block at the time it was read.</summary>
/// <param name="Number">Block number.</param>
/// <param name="Hash">Its hash when it was read.</param>
public readonly record struct ReadBlock(ulong Number, Hash32 Hash);
