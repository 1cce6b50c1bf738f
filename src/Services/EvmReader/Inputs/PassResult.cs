namespace Rollups.EvmReader.Inputs;

/// <summary>What a part of a pass did.</summary>
/// <param name="Done">Transactions that changed something.</param>
/// <param name="MoreDue">True where a backlog is left.</param>
internal readonly record struct PassResult(int Done, bool MoreDue);
