using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>
/// Reserves a SQLite file for this process: an operating system lock on the file FILE.lock beside it, which ends with the process however
/// that ends. Leases and the order of writers live in the process, so a second process would violate both. Readers, such as sqlite3, do not
/// take the lock.
/// </summary>
internal sealed class SqliteFileLock : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, SqliteFileLock> Held = new(StringComparer.Ordinal);

    private readonly string _path;
    private readonly FileStream _stream;
    private int _users = 1;

    private SqliteFileLock(string path, FileStream stream) => (_path, _stream) = (path, stream);

    /// <summary>The lock, shared by all hosts in this process.</summary>
    /// <exception cref="OperatorException">Another process has it.</exception>
    /// <exception cref="UnauthorizedAccessException">The lock file cannot be written.</exception>
    public static SqliteFileLock Take(string file)
    {
        var named = new FileInfo(file);
        // Resolves links, so that every path to the file means the same lock.
        var path = (named.LinkTarget is null ? named.FullName : named.ResolveLinkTarget(returnFinalTarget: true)!.FullName) + ".lock";
        lock (Gate)
        {
            if (Held.TryGetValue(path, out var held))
            {
                held._users++;
                return held;
            }

            var taken = new SqliteFileLock(path, Open(path, file));
            Held.Add(path, taken);
            return taken;
        }
    }

    /// <summary>Releases the lock; the last release ends it. Call once per <see cref="Take"/>.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (--_users > 0)
                return;
            Held.Remove(_path);
            // The lock file is not deleted: a process that opened it meanwhile would lock a deleted file.
            _stream.Dispose();
        }
    }

    private static FileStream Open(string path, string file)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
            when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
        {
            throw new OperatorException(
                $"Another process uses the database '{file}', and a SQLite file serves only one process: stop that process, "
                    + $"give this one another file with Database:ConnectionString, or use postgresql for several.",
                exception
            );
        }
    }
}
