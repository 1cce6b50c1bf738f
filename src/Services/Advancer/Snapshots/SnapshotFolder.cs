using Microsoft.Extensions.Logging;
using Rollups.Domain;

namespace Rollups.Advancer.Snapshots;

/// <summary>
/// Where this replica keeps stored machine states: a folder per application, with one folder per state. Replicas may share it. Only the
/// application's owner writes and deletes there, and whoever finds that the application was removed.
/// </summary>
internal sealed partial class SnapshotFolder(AdvancerOptions options, ILogger<SnapshotFolder> logger)
{
    /// <summary>Full path of a state, as its row names it.</summary>
    public string PathOf(string folder) => Path.GetFullPath(Path.Combine(options.SnapshotFolder, folder));

    /// <summary>Name for a new state; the ownership's number keeps it apart from what a former owner may still write.</summary>
    public static string NameOf(Address application, ulong processedInputs, long term) => $"{application}/{processedInputs}-{term}";

    /// <summary>Creates the application's folder, and makes the name free for a state that no row names.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The node has no right to it.</exception>
    public string Prepare(string folder)
    {
        var path = PathOf(folder);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        return path;
    }

    /// <summary>Deletes everything of the application but one state; what cannot be deleted is left for the next time.</summary>
    public void KeepOnly(Address application, string? folder)
    {
        try
        {
            var home = new DirectoryInfo(PathOf(application.ToString()));
            if (!home.Exists)
                return;
            var kept = folder is null ? null : PathOf(folder);
            foreach (var state in home.EnumerateDirectories().Where(state => state.FullName != kept))
                state.Delete(recursive: true);
            if (kept is null)
                home.Delete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(logger, application, exception.Message);
        }
    }

    [LoggerMessage(
        304,
        LogLevel.Warning,
        "advancer: old snapshots of {Application} cannot be deleted: {Error} They take space until the next snapshot of the application."
    )]
    private static partial void LogNotDeleted(ILogger logger, Address application, string error);
}
