using System.Globalization;
using System.Text;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>What Linux knows of processes. Elsewhere it knows none.</summary>
internal static class ProcessTable
{
    private const int NicenessField = 19;
    private const int StartTimeField = 22;

    /// <summary>All process ids.</summary>
    public static IEnumerable<int> Ids() =>
        Directory.Exists("/proc")
            ? Directory
                .EnumerateDirectories("/proc")
                .Select(folder =>
                    int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0
                )
                .Where(id => id > 0)
            : [];

    /// <summary>
    /// When a process was started, in clock ticks since the host's start; null if it is gone, or has ended and is not yet removed.
    /// </summary>
    public static ulong? StartTime(int pid)
    {
        var stat = Read($"/proc/{pid}/stat");
        // The second field is the name in parentheses, which may itself contain spaces and parentheses.
        var fields = stat is null ? [] : stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartTimeField - 3 && fields[0] is not ("Z" or "X")
            ? ulong.Parse(fields[StartTimeField - 3], CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>How far a process gives way to others, -20 to 19; null if it is gone.</summary>
    public static int? Niceness(int pid) =>
        Read($"/proc/{pid}/stat") is { } stat
        && stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > NicenessField - 3 } fields
            ? int.Parse(fields[NicenessField - 3], CultureInfo.InvariantCulture)
            : null;

    /// <summary>A variable of the environment that a process was started with; null without it, or for another user's process.</summary>
    public static string? Variable(int pid, string name) =>
        Read($"/proc/{pid}/environ")
            ?.Split('\0')
            .FirstOrDefault(entry => entry.StartsWith(name + "=", StringComparison.Ordinal))
            ?[(name.Length + 1)..];

    /// <summary>The namespace in which a process id is meant; null if it is not visible.</summary>
    public static string? Namespace(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/ns/pid").LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.Latin1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
