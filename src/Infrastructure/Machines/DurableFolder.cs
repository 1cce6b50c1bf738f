using System.Runtime.InteropServices;

namespace Rollups.Machines;

/// <summary>Folders that a crash or a power failure leaves whole or absent. .NET syncs files, but not folders.</summary>
internal static class DurableFolder
{
    /// <summary>Writes a file and syncs its content to the disk.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await file.WriteAsync(content, cancellationToken);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Gives a folder with synced files its final name, in the same parent folder.</summary>
    /// <exception cref="IOException">The name is taken, or the disk fails.</exception>
    public static void Publish(string unfinished, string folder)
    {
        Sync(unfinished);
        Directory.Move(unfinished, folder);
        Sync(Path.GetDirectoryName(Path.GetFullPath(folder))!);
    }

    private static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
            throw new IOException($"The folder {folder} cannot be opened (error {Marshal.GetLastPInvokeError()}).");
        try
        {
            if (Flush(descriptor) != 0)
                throw new IOException($"The folder {folder} cannot be synced (error {Marshal.GetLastPInvokeError()}).");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flush(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
