using System.Globalization;
using System.Runtime.InteropServices;

namespace Rollups.Hosting;

/// <summary>The CPU priority of this process, as Linux's nice value: from -20, the highest, to 19, the lowest.</summary>
public static class ProcessPriority
{
    /// <summary>The lowest priority.</summary>
    public const int Lowest = 19;

    // PRIO_PROCESS of sys/resource.h. Linux takes the id of a thread there.
    private const int OfThread = 0;

    /// <summary>
    /// Lowers the process to a nice value, with all threads that it has and will have. A thread that is lower already stays so, because
    /// only a privileged process may raise it. Without effect on other systems than Linux.
    /// </summary>
    /// <param name="nice">0 to 19; 0 changes nothing in a process of ordinary priority.</param>
    public static void Lower(int nice)
    {
        if (!OperatingSystem.IsLinux())
            return;
        // A thread inherits the value of the one that starts it, so that after a round without a change none is left out.
        while (LowerThreads(nice)) { }
    }

    /// <summary>True if a thread was lowered.</summary>
    private static bool LowerThreads(int nice)
    {
        var changed = false;
        foreach (var folder in Directory.EnumerateDirectories("/proc/self/task"))
        {
            // Either call fails for a thread that has just ended.
            var thread = int.Parse(Path.GetFileName(folder.AsSpan()), CultureInfo.InvariantCulture);
            if (PriorityOf(OfThread, thread) < nice)
                changed |= SetPriority(OfThread, thread, nice) == 0;
        }

        return changed;
    }

    [DllImport("libc", EntryPoint = "getpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int PriorityOf(int which, int id);

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int id, int priority);
}
