using System.Runtime.InteropServices;

namespace Rollups.Machines.Host;

/// <summary>Signals to a whole process group, which .NET does not offer.</summary>
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

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int pid, int signal);
}
