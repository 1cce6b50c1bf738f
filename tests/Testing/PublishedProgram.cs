namespace Rollups.Testing;

/// <summary>
/// The node's programs as shipped: published in the folder that <c>ROLLUPS_TEST_PROGRAMS</c> names, as test.sh does; else as built beside
/// the tests.
/// </summary>
public static class PublishedProgram
{
    /// <summary>Path of a program.</summary>
    /// <param name="file">Such as <c>Rollups.Node.dll</c>.</param>
    public static string Find(string file)
    {
        var published = Path.Combine(Environment.GetEnvironmentVariable("ROLLUPS_TEST_PROGRAMS") ?? "", file);
        return File.Exists(published) ? Path.GetFullPath(published) : Path.Combine(AppContext.BaseDirectory, file);
    }
}
