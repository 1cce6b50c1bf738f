using Rollups.Testing;

namespace Rollups.Integration.Tests.HostMode;

/// <summary>The samples of the repository, as commands.</summary>
internal static class Samples
{
    public static string Folder => Path.Combine(RepositoryFolder.Path, "samples");

    /// <summary>The command that runs a sample in that language, python or javascript.</summary>
    public static string Command(string name, string language) =>
        language == "python" ? $"exec python3 '{Folder}/{name}.py'" : $"exec node '{Folder}/{name}.js'";
}
