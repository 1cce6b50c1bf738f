using Rollups.EvmReader.Facts;

namespace Rollups.EvmReader.History;

/// <summary>The application's stored history is gone from L1: the application stops.</summary>
/// <param name="Application">The application.</param>
/// <param name="What">The contradiction, with both values, for an operator.</param>
internal sealed record ReplacedHistory(ObservedApplication Application, string What) : HistoryChange(Application.Id);
