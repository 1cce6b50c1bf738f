namespace Rollups.Cli.Read;

/// <summary>A key that was given.</summary>
internal sealed record Key<TKey>(TKey Value);
