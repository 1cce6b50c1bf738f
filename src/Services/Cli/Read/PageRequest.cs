namespace Rollups.Cli.Read;

/// <summary>Rows to show.</summary>
/// <param name="Limit">Number of rows.</param>
/// <param name="After">Key of the row before the first one; null for the beginning.</param>
/// <param name="Ascending">Whether the oldest come first.</param>
internal sealed record PageRequest<TKey>(int Limit, Key<TKey>? After, bool Ascending);
