namespace Rollups.Domain;

/// <summary>A block that was read: its number and the hash that it had.</summary>
/// <param name="Number">Block number.</param>
/// <param name="Hash">Its hash when it was read.</param>
public readonly record struct ReadBlock(ulong Number, Hash32 Hash);
