using Rollups.Domain;

namespace Rollups.EvmReader.History;

/// <summary>A block that took the place of another, with the same inputs.</summary>
/// <param name="FirstInput">Index of its first input.</param>
/// <param name="LastInput">Index of its last input.</param>
/// <param name="Number">Its number, which is unchanged.</param>
/// <param name="Hash">Its hash.</param>
internal readonly record struct MovedBlock(ulong FirstInput, ulong LastInput, ulong Number, Hash32 Hash);
