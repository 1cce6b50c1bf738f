namespace Rollups.EvmReader.Store;

/// <summary>The result of recording a batch of executions.</summary>
/// <param name="Added">Number of outputs newly recorded as executed.</param>
/// <param name="Awaited">Index of an executed output that the machine here has not produced yet, or null.</param>
/// <param name="Diverged">True if the executed bytes differ from ours: the application is inoperable.</param>
internal readonly record struct ExecutionOutcome(int Added, ulong? Awaited, bool Diverged);
