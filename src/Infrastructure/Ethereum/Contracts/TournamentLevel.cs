namespace Rollups.Ethereum;

/// <summary>Place of a tournament among the levels.</summary>
/// <param name="MaxLevel">Number of levels.</param>
/// <param name="Level">Level, 0 for the root.</param>
/// <param name="Log2Step">Micro-steps between two leaves, as a power of two.</param>
/// <param name="Height">Height of its commitment trees.</param>
public sealed record TournamentLevel(ulong MaxLevel, ulong Level, ulong Log2Step, ulong Height);
