namespace Rollups.EvmReader.History;

/// <summary>L1 no longer has something as it was stored.</summary>
/// <param name="ApplicationId">The application.</param>
internal abstract record HistoryChange(int ApplicationId);
