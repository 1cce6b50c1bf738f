using Rollups.Domain;

namespace Rollups.Machines;

/// <summary>A machine root that stays the same for some strides.</summary>
/// <param name="StateHash">Machine root.</param>
/// <param name="Repetitions">Strides, from 1 to 2^24.</param>
public sealed record StateRun(Hash32 StateHash, ulong Repetitions);
