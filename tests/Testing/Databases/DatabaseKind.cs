namespace Rollups.Testing;

/// <summary>The databases that tests of stored state run on.</summary>
public enum DatabaseKind
{
    Sqlite,
    Postgresql,
}
