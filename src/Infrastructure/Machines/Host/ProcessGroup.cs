using System.Runtime.InteropServices;

namespace Rollups.Machines.Host;

/// <summary>Signals to processes and to whole process groups, which .NET does not offer.</summary>
internal static class ProcessGroup
{
    private const int Term = 15;
    private const int Kill = 9;

    /// <summary>SIGTERM.</summary>
    public static void Terminate(int leader) => _ = Signal(-leader, Term);

    /// <summary>SIGKILL; does nothing if the group has ended.</summary>
    public static void End(int leader) => _ = Signal(-leader, Kill);

    /// <summary>Whether a process of the group is left.</summary>
    public static bool Exists(int leader) => Signal(-leader, 0) == 0;

    /// <summary>SIGKILL to one process; does nothing if it has ended.</summary>
    public static void EndProcess(int pid) => _ = Signal(pid, Kill);

    /// <summary>The group of a process; -1 if it has ended.</summary>
    public static int Of(int pid) => GroupOf(pid);

    [DllImport("libc", EntryPoint = "getpgid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GroupOf(int pid);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int pid, int signal);
}
