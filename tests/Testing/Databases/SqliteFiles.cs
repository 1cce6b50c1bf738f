namespace Rollups.Testing;

/// <summary>A SQLite database and what lies beside it: its log, and the lock of the process that has it.</summary>
public static class SqliteFiles
{
    /// <summary>Deletes them all, as far as they are there. Nothing may have the database open.</summary>
    public static void Delete(string file)
    {
        foreach (var suffix in (string[])["", "-wal", "-shm", ".lock"])
            File.Delete(file + suffix);
    }
}
