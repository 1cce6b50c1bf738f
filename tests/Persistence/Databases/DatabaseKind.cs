namespace Rollups.Persistence.Tests;

/// <summary>The databases that every test of this project runs on.</summary>
public enum DatabaseKind
{
    Sqlite,
    Postgresql,
}
