namespace Rollups.EvmReader.Metrics;

/// <summary>An enabled application that is behind.</summary>
/// <param name="Name">Its name on this node.</param>
/// <param name="Blocks">Blocks behind the newest one.</param>
internal sealed record LaggingApplication(string Name, long Blocks);
