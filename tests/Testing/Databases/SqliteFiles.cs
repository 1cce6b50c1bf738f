namespace Rollups.Testing;

/// <summary>A SQLite database and the files beside it: its log, and the lock of the process that owns it.</summary>
public static class SqliteFiles
{
    /// <summary>Deletes all that exist. No connection may have the database open.</summary>
    public static void Delete(string file)
    {
        foreach (var suffix in (string[])["", "-wal", "-shm", ".lock"])
            File.Delete(file + suffix);
    }
}
