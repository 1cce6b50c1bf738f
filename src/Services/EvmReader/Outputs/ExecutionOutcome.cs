namespace Rollups.EvmReader.Outputs;

/// <summary>What became of it.</summary>
/// <param name="Added">Outputs that were not known as executed before.</param>
/// <param name="Awaited">Index of an executed output that is not made here yet, or null.</param>
/// <param name="Diverged">True where the executed bytes are not ours: the application is inoperable.</param>
internal readonly record struct ExecutionOutcome(int Added, ulong? Awaited, bool Diverged);
