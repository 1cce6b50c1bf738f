using System.Globalization;
using System.Text;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>
/// A file with this process's mark and the addresses of its servers on remote hosts, because no call lists the forks of a server. The file
/// is locked while the process lives, however it ends; so a file that can be locked is what a killed node left.
/// </summary>
internal sealed class RemoteRecord : IDisposable
{
    private const string Extension = ".servers";
    private readonly FileStream _file;
    private readonly Lock _lock = new();
    private readonly HashSet<RemoteAddress> _servers = [];

    private RemoteRecord(FileStream file, ServerMark mark) => (_file, Mark) = (file, mark);

    public ServerMark Mark { get; }

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The node has no right to the folder.</exception>
    public static RemoteRecord Create(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N") + Extension);
        return new RemoteRecord(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None), ServerMark.Create());
    }

    /// <summary>What killed nodes left, locked until it is disposed.</summary>
    public static IEnumerable<AbandonedRecord> FindAbandoned(string folder)
    {
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Extension) : [])
        {
            FileStream file;
            try
            {
                file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Its node lives, or another node is at it.
                continue;
            }

            yield return AbandonedRecord.Read(file);
        }
    }

    /// <summary>Call it before the server gets a machine.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(RemoteAddress server)
    {
        lock (_lock)
        {
            _servers.Add(server);
            var text = new StringBuilder();
            text.AppendLine(CultureInfo.InvariantCulture, $"{Mark.Output} {Mark.Input}");
            foreach (var (host, port) in _servers)
                text.AppendLine(CultureInfo.InvariantCulture, $"{host} {port}");
            // In place, the new content first: killed in between, the node leaves old lines behind it, and not too few.
            var content = Encoding.UTF8.GetBytes(text.ToString());
            _file.Position = 0;
            _file.Write(content);
            _file.Flush();
            _file.SetLength(content.Length);
        }
    }

    /// <summary>The server has ended. Its line goes with the next one that is written.</summary>
    public void Remove(RemoteAddress server)
    {
        lock (_lock)
            _servers.Remove(server);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_servers.Count == 0)
                File.Delete(_file.Name);
            _file.Dispose();
        }

        try
        {
            Directory.Delete(Path.GetDirectoryName(_file.Name)!);
        }
        catch (IOException)
        {
            // There are others.
        }
    }
}
