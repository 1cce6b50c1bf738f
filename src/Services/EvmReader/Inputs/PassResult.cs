namespace Rollups.EvmReader.Inputs;

/// <summary>The result of one part of a pass.</summary>
/// <param name="Done">Number of transactions that changed something.</param>
/// <param name="MoreDue">True if a backlog remains.</param>
internal readonly record struct PassResult(int Done, bool MoreDue);
