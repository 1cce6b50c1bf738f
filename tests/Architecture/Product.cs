using System.Reflection;

namespace Rollups.Architecture.Tests;

/// <summary>The assemblies of the product, as they lie beside the tests.</summary>
internal static class Product
{
    // That of the program `rollups`, which has the program's name.
    private const string Cli = "rollups";

    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        .. Directory
            .EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name == Cli || name.StartsWith("Rollups.", StringComparison.Ordinal))
            .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal))
            .Select(Load),
    ];

    /// <summary>The name of a project's assembly.</summary>
    public static string AssemblyOf(SourceProject project) => project.Name == "Rollups.Cli" ? Cli : project.Name;

    public static Assembly Load(string name) => Assembly.Load(name);
}
