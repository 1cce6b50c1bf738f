using System.Globalization;
using Rollups.Machines.Host;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>
/// Ends the machine servers of nodes that were killed. Each server has its node's process id and start time in its environment, which
/// every fork of it shares: so no file can be stale or lost, and none of a fork is missed, whenever the node was killed.
/// </summary>
internal static class OrphanedServers
{
    /// <summary>Name of the environment variable: process id, start time and pid namespace of the node.</summary>
    public const string OwnerVariable = "ROLLUPS_MACHINE_OWNER";

    /// <summary>Its value for this process; null where the system does not tell it.</summary>
    public static string? Owner { get; } =
        ProcessTable.StartTime(Environment.ProcessId) is { } started && ProcessTable.Namespace(Environment.ProcessId) is { } space
            ? string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} {started} {space}")
            : null;

    /// <summary>Ends them, and returns their process ids.</summary>
    public static IReadOnlyList<int> End()
    {
        if (Owner is null)
            return [];
        var space = ProcessTable.Namespace(Environment.ProcessId);
        var ended = new List<int>();
        foreach (var pid in ProcessTable.Ids())
        {
            if (ProcessTable.StartTime(pid) is not { } started || ProcessTable.Variable(pid, OwnerVariable) is not { } owner)
                continue;
            // A container's node has ids of its own: they mean nothing here.
            if (owner.Split(' ', 3) is not [var id, var since, var itsSpace] || itsSpace != space || ProcessTable.Namespace(pid) != space)
                continue;
            if (!int.TryParse(id, CultureInfo.InvariantCulture, out var node) || IsAlive(node, since))
                continue;
            // Still the same process.
            if (ProcessTable.StartTime(pid) != started)
                continue;
            ProcessGroup.EndProcess(pid);
            ended.Add(pid);
        }

        return ended;
    }

    private static bool IsAlive(int pid, string since) =>
        ProcessTable.StartTime(pid) is { } started && started.ToString(CultureInfo.InvariantCulture) == since;
}
