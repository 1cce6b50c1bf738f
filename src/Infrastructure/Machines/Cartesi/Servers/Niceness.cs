using System.Runtime.InteropServices;

namespace Rollups.Machines.Cartesi.Servers;

/// <summary>The scheduling priority of processes; .NET sets it only with a process handle.</summary>
internal static class Niceness
{
    /// <summary>
    /// A process with so much more gets a third of another one's time on the same core, so that a query on a busy host still meets its
    /// deadline, and all of a core of its own.
    /// </summary>
    public const int Step = 5;
    private const int Most = 19;
    private const int OneProcess = 0;

    /// <summary>Lets a process give way to others; does nothing if it has ended.</summary>
    public static void Raise(int pid) => _ = SetPriority(OneProcess, pid, Math.Min(GetPriority(OneProcess, pid) + Step, Most));

    [DllImport("libc", EntryPoint = "getpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetPriority(int which, int who);

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
}
