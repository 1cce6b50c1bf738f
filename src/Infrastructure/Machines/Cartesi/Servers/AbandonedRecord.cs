using System.Globalization;
using System.Text;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>The file of a node that was killed.</summary>
/// <param name="File">The file, which is locked.</param>
/// <param name="Mark">The node's mark; null if the file has none.</param>
/// <param name="Servers">Its servers, some of which may have ended.</param>
internal sealed record AbandonedRecord(FileStream File, ServerMark? Mark, IReadOnlyList<RemoteAddress> Servers) : IDisposable
{
    public static AbandonedRecord Read(FileStream file)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        ServerMark? mark =
            reader.ReadLine()?.Split(' ') is [var output, var input]
            && ushort.TryParse(output, CultureInfo.InvariantCulture, out var first)
            && ushort.TryParse(input, CultureInfo.InvariantCulture, out var second)
                ? new ServerMark(first, second)
                : null;
        var servers = new HashSet<RemoteAddress>();
        while (reader.ReadLine() is { } line)
        {
            // The last line of an older content may be cut.
            if (line.Split(' ') is [{ Length: > 0 } host, var port] && ushort.TryParse(port, CultureInfo.InvariantCulture, out var number))
                servers.Add(new RemoteAddress(host, number));
        }

        return new AbandonedRecord(file, mark, [.. servers]);
    }

    /// <summary>Nothing of it is left.</summary>
    public void Delete() => System.IO.File.Delete(File.Name);

    public void Dispose() => File.Dispose();
}
