using Rollups.Settings;

namespace Rollups.Persistence;

/// <summary>
/// Keeps a SQLite file for this process: a lock of the operating system on the file FILE.lock beside it, which ends with the process
/// however that ends. Leases and the order of writers live in the process, so a second one would work against the first. Readers, such as
/// sqlite3, do not ask for it.
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
        // The same for whoever knows the file by a link.
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

    /// <summary>Gives the lock back; the last one to do so ends it. Called once for each taking.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (--_users > 0)
                return;
            Held.Remove(_path);
            // The file stays: whoever opened it meanwhile would hold a lock on a file that is gone.
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
                $"Another process works on the database '{file}', and SQLite serves one: stop that process, give this one another file "
                    + $"with Database:ConnectionString, or use postgresql for several.",
                exception
            );
        }
    }
}
